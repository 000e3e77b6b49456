package dev.rivet.store;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * An executor of tasks that seldom wait, such as those that write to clients: few threads
 * as long as none of them has to, and more when all of them do while there is more to do,
 * so that nobody waits for a client that does not read.
 */
public final class ElasticExecutor implements Executor {

	private static final int MAX_THREADS = 256;

	private static final long RELIEF_MILLIS = 20;

	private static final int MAX_PUT_OFF = 16;

	private final int usual;

	private final ThreadPoolExecutor threads;

	private final ScheduledThreadPoolExecutor timer;

	private final BlockingQueue<Runnable> putOff = new LinkedBlockingQueue<>();

	private final AtomicBoolean watched = new AtomicBoolean();

	private volatile long doneBefore;

	/**
	 * Creates an executor.
	 * @param prefix what the names of its threads begin with
	 * @param usual how many threads it has as long as none waits
	 * @param afterShutdown what happens to tasks that come after {@link #shutdown()}
	 */
	public ElasticExecutor(String prefix, int usual, RejectedExecutionHandler afterShutdown) {
		this.usual = usual;
		AtomicInteger number = new AtomicInteger();
		ThreadFactory factory = (task) -> new Worker(this, task, prefix + number.incrementAndGet());
		this.threads = new ThreadPoolExecutor(usual, usual, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory,
				afterShutdown) {

			@Override
			protected void afterExecute(Runnable task, @Nullable Throwable failure) {
				if (getQueue().isEmpty()) {
					catchUp();
				}
			}

		};
		this.threads.allowCoreThreadTimeOut(true);
		this.timer = new ScheduledThreadPoolExecutor(1, (task) -> new Worker(this, task, prefix + "relief"),
				new ThreadPoolExecutor.DiscardPolicy());
		this.timer.setKeepAliveTime(10, TimeUnit.SECONDS);
		this.timer.allowCoreThreadTimeOut(true);
	}

	/**
	 * Leaves something that may have to wait to the executor that the calling thread is
	 * one of, which does it next, unless its threads do wait already.
	 * @param task what to do
	 * @return whether it will be done
	 */
	public static boolean leave(Runnable task) {
		return Thread.currentThread() instanceof Worker worker && worker.executor.take(task);
	}

	/**
	 * Puts something off that does not wait for anybody until the executor that the
	 * calling thread is one of has nothing else to do, several such things have come
	 * together, or a moment has passed: what others are woken for is done in bursts then,
	 * which wake them once. Another thread does it at once.
	 * @param task what to do
	 */
	public static void putOff(Runnable task) {
		if (!(Thread.currentThread() instanceof Worker worker)) {
			task.run();
			return;
		}
		worker.executor.putOff.add(task);
		if (worker.executor.putOff.size() >= MAX_PUT_OFF) {
			worker.executor.catchUp();
		}
	}

	private void catchUp() {
		Runnable task = this.putOff.poll();
		while (task != null) {
			task.run();
			task = this.putOff.poll();
		}
	}

	private boolean take(Runnable task) {
		if (this.threads.getCorePoolSize() > this.usual) {
			return false;
		}
		execute(task);
		return true;
	}

	@Override
	public void execute(Runnable task) {
		this.threads.execute(task);
		if (!this.watched.get() && this.watched.compareAndSet(false, true)) {
			watch();
		}
	}

	private void watch() {
		this.timer.schedule(this::look, RELIEF_MILLIS, TimeUnit.MILLISECONDS);
	}

	private void look() {
		try {
			catchUp();
		}
		finally {
			relieve();
		}
	}

	private void relieve() {
		long done = this.threads.getCompletedTaskCount();
		int number = this.threads.getCorePoolSize();
		boolean waiting = !this.threads.getQueue().isEmpty();
		if (waiting && done == this.doneBefore && number < MAX_THREADS) {
			number *= 2;
			this.threads.setMaximumPoolSize(number);
			this.threads.setCorePoolSize(number);
		}
		else if (number > this.usual && this.threads.getActiveCount() < this.usual) {
			number = this.usual;
			this.threads.setCorePoolSize(number);
			this.threads.setMaximumPoolSize(number);
		}
		this.doneBefore = done;
		if (waiting || number > this.usual) {
			watch();
			return;
		}
		this.watched.set(false);
		// in this order: what is put off is so before its thread takes what may wait
		boolean more = !this.threads.getQueue().isEmpty() || !this.putOff.isEmpty();
		if (more && this.watched.compareAndSet(false, true)) {
			watch();
		}
	}

	/**
	 * Waits until everything is done, unless something waits for long.
	 * @param nanos how long
	 */
	public void awaitDone(long nanos) {
		long deadline = System.nanoTime() + nanos;
		int idle = 0;
		// one look does not see what a thread has just taken
		while (idle < 3 && System.nanoTime() - deadline < 0) {
			LockSupport.parkNanos(1_000_000);
			boolean busy = !this.threads.getQueue().isEmpty() || this.threads.getActiveCount() > 0;
			idle = busy ? 0 : idle + 1;
		}
	}

	/**
	 * Lets the threads end when they have done what there is to do.
	 */
	public void shutdown() {
		this.timer.shutdownNow();
		this.threads.shutdown();
	}

	boolean awaitTermination(long millis) throws InterruptedException {
		return this.threads.awaitTermination(millis, TimeUnit.MILLISECONDS);
	}

	/**
	 * A thread of an executor.
	 */
	private static final class Worker extends Thread {

		private final ElasticExecutor executor;

		Worker(ElasticExecutor executor, Runnable task, String name) {
			super(task, name);
			this.executor = executor;
			setDaemon(true);
		}

	}

}
