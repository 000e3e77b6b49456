package dev.rivet.web;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Threads that write to clients, so that nobody else has to wait for one that does not
 * read. They are few as long as none of them has to, and more when all of them do while
 * there is more to write, so that clients do not wait for each other either.
 */
final class ClientWriters implements Executor {

	private static final int MAX_THREADS = 256;

	private static final long RELIEF_MILLIS = 20;

	private final int usual;

	private final ThreadPoolExecutor threads;

	private final ScheduledThreadPoolExecutor timer;

	private final AtomicBoolean watched = new AtomicBoolean();

	private volatile long writtenBefore;

	/**
	 * Creates writers.
	 * @param prefix what the names of their threads begin with
	 * @param usual how many threads there are as long as none waits
	 */
	ClientWriters(String prefix, int usual) {
		this.usual = usual;
		this.threads = new ThreadPoolExecutor(usual, usual, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				daemons(prefix));
		this.threads.allowCoreThreadTimeOut(true);
		this.timer = new ScheduledThreadPoolExecutor(1, daemons(prefix + "relief-"));
		this.timer.setKeepAliveTime(10, TimeUnit.SECONDS);
		this.timer.allowCoreThreadTimeOut(true);
		// what comes after the end has nobody to go to
		this.threads.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
		this.timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
	}

	private static CustomizableThreadFactory daemons(String prefix) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
		factory.setDaemon(true);
		return factory;
	}

	@Override
	public void execute(Runnable task) {
		this.threads.execute(task);
		if (!this.watched.get() && this.watched.compareAndSet(false, true)) {
			watch();
		}
	}

	private void watch() {
		this.timer.schedule(this::relieve, RELIEF_MILLIS, TimeUnit.MILLISECONDS);
	}

	private void relieve() {
		long written = this.threads.getCompletedTaskCount();
		int number = this.threads.getCorePoolSize();
		boolean waiting = !this.threads.getQueue().isEmpty();
		if (waiting && written == this.writtenBefore && number < MAX_THREADS) {
			this.threads.setMaximumPoolSize(number * 2);
			this.threads.setCorePoolSize(number * 2);
		}
		else if (!waiting && number > this.usual) {
			this.threads.setCorePoolSize(this.usual);
			this.threads.setMaximumPoolSize(this.usual);
		}
		this.writtenBefore = written;
		if (waiting) {
			watch();
			return;
		}
		this.watched.set(false);
		if (!this.threads.getQueue().isEmpty() && this.watched.compareAndSet(false, true)) {
			watch();
		}
	}

	/**
	 * Waits until everything is written, unless there is a client that does not take it
	 * for long.
	 * @param nanos how long
	 */
	void awaitWritten(long nanos) {
		long deadline = System.nanoTime() + nanos;
		int idle = 0;
		// one look does not see what a thread has just taken
		while (idle < 3 && System.nanoTime() - deadline < 0) {
			LockSupport.parkNanos(1_000_000);
			boolean writing = !this.threads.getQueue().isEmpty() || this.threads.getActiveCount() > 0;
			idle = writing ? 0 : idle + 1;
		}
	}

	void shutdown() {
		this.timer.shutdownNow();
		this.threads.shutdown();
	}

}
