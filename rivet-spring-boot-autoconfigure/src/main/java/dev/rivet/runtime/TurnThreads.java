package dev.rivet.runtime;

import java.util.OptionalInt;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads that turns run on.
 */
abstract class TurnThreads {

	private static final String NAME_PREFIX = "rivet-turn-";

	/**
	 * Creates virtual threads where the JVM has them, or else a pool.
	 * @param max the most threads that the pool may have
	 * @return the threads
	 */
	static TurnThreads create(int max) {
		return hasVirtualThreads() ? new Virtual() : new Pool(max);
	}

	static boolean hasVirtualThreads() {
		return Runtime.version().feature() >= 21;
	}

	/**
	 * Runs a task now, or as soon as a thread is free.
	 * @param task the task
	 */
	abstract void execute(Runnable task);

	/**
	 * Notes that the calling thread is about to wait for something that may need another
	 * thread.
	 */
	abstract void beforeWait();

	/**
	 * Notes that the calling thread no longer waits.
	 */
	abstract void afterWait();

	/**
	 * Returns how many threads wait, of those whose number is bounded.
	 */
	abstract int waiting();

	/**
	 * Returns how many threads may wait, if that is bounded.
	 */
	abstract OptionalInt maxWaiting();

	/**
	 * Returns whether so many threads wait that a further call might wait for ever.
	 */
	abstract boolean isExhausted();

	/**
	 * Returns whether a turn that does not wait may as well run on the thread of its
	 * caller.
	 */
	abstract boolean isCallerAsGood();

	abstract void shutdown();

	/**
	 * One virtual thread for each task.
	 */
	private static final class Virtual extends TurnThreads {

		private final VirtualThreadTaskExecutor executor = new VirtualThreadTaskExecutor(NAME_PREFIX);

		@Override
		void execute(Runnable task) {
			this.executor.execute(task);
		}

		@Override
		void beforeWait() {
		}

		@Override
		void afterWait() {
		}

		@Override
		int waiting() {
			return 0;
		}

		@Override
		OptionalInt maxWaiting() {
			return OptionalInt.empty();
		}

		@Override
		boolean isExhausted() {
			return false;
		}

		@Override
		boolean isCallerAsGood() {
			return false;
		}

		@Override
		void shutdown() {
		}

	}

	/**
	 * A pool of platform threads. A quarter of its bound may run at a time; threads that
	 * wait do not count, so the pool grows by one for each of them until it reaches the
	 * bound.
	 */
	static final class Pool extends TurnThreads {

		private final int max;

		private final int running;

		private final ThreadPoolExecutor executor;

		private volatile int waiting;

		Pool(int max) {
			this.max = Math.max(2, max);
			this.running = Math.max(1, this.max / 4);
			this.executor = new ThreadPoolExecutor(0, this.running, 10, TimeUnit.SECONDS, new HandOffQueue(),
					threadFactory(), (task, pool) -> pool.getQueue().add(task));
		}

		private static CustomizableThreadFactory threadFactory() {
			CustomizableThreadFactory factory = new CustomizableThreadFactory(NAME_PREFIX);
			factory.setDaemon(true);
			return factory;
		}

		@Override
		void execute(Runnable task) {
			this.executor.execute(task);
		}

		@Override
		synchronized void beforeWait() {
			this.waiting++;
			this.executor.setMaximumPoolSize(Math.min(this.max, this.running + this.waiting));
			Runnable queued = this.executor.getQueue().poll();
			if (queued != null) {
				this.executor.execute(queued);
			}
		}

		@Override
		synchronized void afterWait() {
			this.waiting--;
			this.executor.setMaximumPoolSize(Math.min(this.max, this.running + this.waiting));
		}

		@Override
		int waiting() {
			return this.waiting;
		}

		@Override
		OptionalInt maxWaiting() {
			return OptionalInt.of(this.max - this.running);
		}

		@Override
		boolean isExhausted() {
			return this.waiting >= this.max - this.running;
		}

		@Override
		boolean isCallerAsGood() {
			return true;
		}

		@Override
		void shutdown() {
			this.executor.shutdown();
		}

	}

	/**
	 * Takes a task only if an idle thread waits for it, so that the pool prefers a new
	 * thread to a queue; a task that no thread may be made for is added by the pool's
	 * rejection handler.
	 */
	private static final class HandOffQueue extends LinkedTransferQueue<Runnable> {

		@Override
		public boolean offer(Runnable task) {
			return tryTransfer(task);
		}

		@Override
		public boolean add(Runnable task) {
			put(task);
			return true;
		}

	}

}
