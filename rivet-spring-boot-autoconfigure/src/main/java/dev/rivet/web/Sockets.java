package dev.rivet.web;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.rivet.client.RivetException;
import dev.rivet.runtime.ActorRuntime;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The open sockets of this node. Clients that are not heard of are found by pings. At
 * shutdown all are closed before the web server stops, with the reason that makes clients
 * come back.
 */
public final class Sockets implements SmartLifecycle, DisposableBean {

	/**
	 * Above the phase in which Spring Boot's web server stops accepting requests.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 512;

	/**
	 * How many threads send as long as none of them has to wait for a client.
	 */
	private static final int SENDERS = 4;

	private static final int MAX_SENDERS = 256;

	private static final long RELIEF_MILLIS = 20;

	private static final int MAX_UPGRADE_MILLIS = 50;

	private static final long MAX_GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(2);

	private final ActorRuntime runtime;

	private final Duration pingInterval;

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private final ThreadPoolExecutor senders = new ThreadPoolExecutor(SENDERS, SENDERS, 10, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), daemons("rivet-socket-"));

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemons("rivet-ping-"));

	private volatile boolean running;

	private long sendsBefore;

	/**
	 * Creates the sockets.
	 * @param runtime what runs the actors
	 * @param pingInterval how often clients are pinged; one that is not heard of for
	 * twice as long is given up
	 */
	public Sockets(ActorRuntime runtime, Duration pingInterval) {
		this.runtime = runtime;
		this.pingInterval = pingInterval;
		this.senders.allowCoreThreadTimeOut(true);
		// what comes after the end has nobody to go to
		this.senders.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
		this.timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
		long nanos = pingInterval.toNanos();
		this.timer.scheduleWithFixedDelay(this::ping, nanos, nanos, TimeUnit.NANOSECONDS);
		this.timer.scheduleWithFixedDelay(this::relieve, RELIEF_MILLIS, RELIEF_MILLIS, TimeUnit.MILLISECONDS);
	}

	private static CustomizableThreadFactory daemons(String prefix) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
		factory.setDaemon(true);
		return factory;
	}

	static RivetException stopped() {
		return new RivetException("actor", "stopped", "The server stops. Connect again.");
	}

	Executor senders() {
		return this.senders;
	}

	ScheduledExecutorService timer() {
		return this.timer;
	}

	/**
	 * Adds a socket.
	 * @param socket the socket
	 * @return whether it may go on; otherwise this node is about to stop
	 */
	boolean add(Socket socket) {
		this.open.add(socket);
		return this.running;
	}

	void remove(Socket socket) {
		this.open.remove(socket);
	}

	/**
	 * Runs something when the calling thread, which is upgrading a socket, can be taken
	 * to have finished, since it waits or has ended. Should another thread learn before
	 * that the client is gone, Tomcat 11 never forgets the socket.
	 */
	void afterUpgrade(Runnable task) {
		afterUpgrade(Thread.currentThread(), task, MAX_UPGRADE_MILLIS);
	}

	private void afterUpgrade(Thread upgrading, Runnable task, int patience) {
		this.timer.schedule(() -> {
			if (patience > 0 && upgrading.getState() == Thread.State.RUNNABLE) {
				afterUpgrade(upgrading, task, patience - 1);
			}
			else {
				task.run();
			}
		}, 1, TimeUnit.MILLISECONDS);
	}

	/**
	 * Adds threads if all of them wait for clients while there is more to send, so that
	 * clients do not wait for each other.
	 */
	private void relieve() {
		long sends = this.senders.getCompletedTaskCount();
		int threads = this.senders.getCorePoolSize();
		if (this.senders.getQueue().isEmpty()) {
			if (threads > SENDERS) {
				this.senders.setCorePoolSize(SENDERS);
				this.senders.setMaximumPoolSize(SENDERS);
			}
		}
		else if (sends == this.sendsBefore && threads < MAX_SENDERS) {
			this.senders.setMaximumPoolSize(threads * 2);
			this.senders.setCorePoolSize(threads * 2);
		}
		this.sendsBefore = sends;
	}

	private void ping() {
		long since = System.nanoTime() - 2 * this.pingInterval.toNanos();
		this.open.forEach((socket) -> socket.check(since));
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.runtime.disconnectAll();
		awaitSent();
	}

	/**
	 * Waits until what was said last is sent, unless there is a client that does not take
	 * it for long.
	 */
	void awaitSent() {
		long deadline = System.nanoTime() + MAX_GOODBYE_NANOS;
		int idle = 0;
		// one look does not see what a thread has just taken
		while (idle < 3 && System.nanoTime() - deadline < 0) {
			LockSupport.parkNanos(1_000_000);
			boolean sending = !this.senders.getQueue().isEmpty() || this.senders.getActiveCount() > 0;
			idle = sending ? 0 : idle + 1;
		}
	}

	/**
	 * Ends the threads, at the end of the application's context, which may be started
	 * again after a stop.
	 */
	@Override
	public void destroy() {
		this.timer.shutdownNow();
		this.senders.shutdown();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * An open socket.
	 */
	interface Socket {

		/**
		 * Asks the client whether it is still there, or gives it up if it has not been
		 * heard of.
		 * @param since the latest time at which it must have been heard of
		 */
		void check(long since);

	}

}
