package dev.rivet.web;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.rivet.client.RivetException;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.store.ElasticExecutor;

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

	private static final int SENDERS = 4;

	private static final int MAX_UPGRADE_MILLIS = 50;

	private static final long MAX_GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(2);

	private final ActorRuntime runtime;

	private final Duration pingInterval;

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private final ElasticExecutor senders = new ElasticExecutor("rivet-socket-", SENDERS,
			new ThreadPoolExecutor.DiscardPolicy());

	private final ScheduledThreadPoolExecutor timer;

	private volatile boolean running;

	/**
	 * Creates the sockets.
	 * @param runtime what runs the actors
	 * @param pingInterval how often clients are pinged; one that is not heard of for
	 * twice as long is given up
	 */
	public Sockets(ActorRuntime runtime, Duration pingInterval) {
		this.runtime = runtime;
		this.pingInterval = pingInterval;
		CustomizableThreadFactory daemons = new CustomizableThreadFactory("rivet-ping-");
		daemons.setDaemon(true);
		this.timer = new ScheduledThreadPoolExecutor(1, daemons);
		// what comes after the end has nobody to go to
		this.timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
		long nanos = pingInterval.toNanos();
		this.timer.scheduleWithFixedDelay(this::ping, nanos, nanos, TimeUnit.NANOSECONDS);
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
		this.senders.awaitDone(MAX_GOODBYE_NANOS);
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
