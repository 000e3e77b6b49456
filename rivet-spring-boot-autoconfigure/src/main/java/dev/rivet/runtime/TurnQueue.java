package dev.rivet.runtime;

import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the turns of one actor, one at a time, in the order in which they were asked
 * for.
 * <p>
 * The <em>turn</em> is a token. It is either free ({@code held} is false and nothing is
 * queued) or belongs to exactly one thread. That thread runs the entries of the queue one
 * after another until none is left, and then frees it. A turn that waits
 * {@linkplain #release() gives the token away} and {@linkplain #acquire() asks for it}
 * afterwards; its thread then gets it from the one that had it before, which is done with
 * the queue. Turns that go on come before turns that begin, so that threads do not pile
 * up behind the queue. No thread is held while nothing is queued.
 * <p>
 * All fields are guarded by the monitor of this object, which is held for a few
 * instructions only.
 */
final class TurnQueue {

	private static final Log logger = LogFactory.getLog(TurnQueue.class);

	private final TurnThreads threads;

	private @Nullable Entry waiting;

	private @Nullable Entry lastWaiting;

	private @Nullable Entry head;

	private @Nullable Entry tail;

	private boolean held = true;

	private boolean closed;

	private int suspended;

	private @Nullable Consumer<Entry> diversion;

	private @Nullable Runnable atEnd;

	/**
	 * Creates a queue whose turn is taken until it is {@linkplain #open() opened}.
	 * @param threads where turns run
	 */
	TurnQueue(TurnThreads threads) {
		this.threads = threads;
	}

	/**
	 * Frees the turn for the first time.
	 */
	void open() {
		synchronized (this) {
			if (this.head == null) {
				this.held = false;
				return;
			}
		}
		this.threads.execute(this::drain);
	}

	/**
	 * Queues an entry.
	 * @param entry the entry
	 * @return whether it will run; {@code false} if the queue is closed
	 */
	boolean submit(Entry entry) {
		return submit(entry, false);
	}

	/**
	 * Queues an entry.
	 * @param entry the entry
	 * @param here whether it may run on the calling thread, before this method returns
	 * @return whether it will run; {@code false} if the queue is closed
	 */
	boolean submit(Entry entry, boolean here) {
		synchronized (this) {
			if (this.closed) {
				return false;
			}
			append(entry);
			if (this.held) {
				return true;
			}
			this.held = true;
		}
		if (here) {
			drain(true);
		}
		else {
			this.threads.execute(this::drain);
		}
		return true;
	}

	/**
	 * Gives the turn away. Only the thread that has it may call this.
	 */
	void release() {
		Entry next;
		synchronized (this) {
			this.suspended++;
			next = successor();
			if (next == null) {
				this.held = false;
				return;
			}
		}
		handTo(next);
	}

	/**
	 * Returns what gets the turn that the calling thread gives away: a thread that waits
	 * for it, taken out of the queue, or an entry that stays in it for another thread.
	 */
	private @Nullable Entry successor() {
		return (this.waiting != null || this.head instanceof Waiter) ? poll() : this.head;
	}

	private void handTo(Entry next) {
		if (next instanceof Waiter waiter) {
			waiter.grant();
		}
		else {
			this.threads.execute(this::drain);
		}
	}

	/**
	 * Gives the turn away until everything that is queued now has had it.
	 */
	void giveWay() {
		Waiter waiter;
		Entry next;
		synchronized (this) {
			if (this.waiting == null && this.head == null) {
				return;
			}
			waiter = new Waiter();
			append(waiter);
			next = Objects.requireNonNull(successor());
		}
		handTo(next);
		waiter.await();
	}

	/**
	 * Waits until the turn is the calling thread's again, however often it is interrupted
	 * meanwhile.
	 */
	void acquire() {
		Waiter waiter;
		synchronized (this) {
			this.suspended--;
			if (!this.held) {
				this.held = true;
				return;
			}
			waiter = new Waiter();
			if (this.lastWaiting == null) {
				this.waiting = waiter;
			}
			else {
				this.lastWaiting.next = waiter;
			}
			this.lastWaiting = waiter;
		}
		waiter.await();
	}

	/**
	 * Notes that a turn has ended without its call being answered: its result is still to
	 * come.
	 */
	synchronized void suspend() {
		this.suspended++;
	}

	/**
	 * Notes that the result of a suspended call is there, and queues an entry even if the
	 * queue is closed.
	 * @param entry the entry
	 */
	void resume(Entry entry) {
		synchronized (this) {
			this.suspended--;
			append(entry);
			if (this.held) {
				return;
			}
			this.held = true;
		}
		this.threads.execute(this::drain);
	}

	/**
	 * Closes the queue if the running turn is the last one. Only the thread that has the
	 * turn may call this.
	 * @return whether the queue is closed
	 */
	synchronized boolean closeIfLast() {
		if (isLastBut(0)) {
			this.closed = true;
		}
		return this.closed;
	}

	/**
	 * Returns whether the running turn is the last one but some that wait.
	 * @param waiting how many may wait
	 */
	synchronized boolean isLastBut(int waiting) {
		return this.head == null && this.waiting == null && this.suspended <= waiting;
	}

	/**
	 * Closes the queue: nothing that is not in it yet will run.
	 */
	synchronized void close() {
		this.closed = true;
	}

	/**
	 * Has something done when no turn runs or waits any more. The queue is closed
	 * already, so that none comes.
	 * @param task what is done
	 */
	void atEnd(Runnable task) {
		synchronized (this) {
			this.atEnd = task;
			if (this.held) {
				return;
			}
			this.held = true;
		}
		this.threads.execute(this::drain);
	}

	/**
	 * Lets nothing begin any more: what is in the queue, or still comes, is given away.
	 * @param diversion gets the entries in their order
	 */
	synchronized void divert(Consumer<Entry> diversion) {
		this.diversion = diversion;
	}

	synchronized boolean isIdle() {
		return !this.held && this.suspended == 0;
	}

	private void drain() {
		drain(false);
	}

	/**
	 * Runs what is queued.
	 * @param here whether the thread is that of the first entry's caller, which must not
	 * wait for others
	 */
	private void drain(boolean here) {
		Entry last = null;
		while (true) {
			Entry next;
			Consumer<Entry> diversion;
			boolean elsewhere;
			Runnable end = null;
			synchronized (this) {
				elsewhere = here && last != null && this.waiting == null && this.head != null && this.head.mayWait();
				next = elsewhere ? null : poll();
				this.held = elsewhere || next != null;
				diversion = this.diversion;
				if (!this.held && this.suspended == 0) {
					end = this.atEnd;
					this.atEnd = null;
				}
			}
			if (last != null) {
				last.ended(next == null && !elsewhere);
			}
			if (elsewhere) {
				this.threads.execute(this::drain);
				return;
			}
			if (next == null) {
				if (end != null) {
					end.run();
				}
				return;
			}
			if (next instanceof Waiter waiter) {
				waiter.grant();
				return;
			}
			try {
				if (diversion != null) {
					diversion.accept(next);
				}
				else {
					next.run();
				}
			}
			catch (Throwable ex) {
				// the turn must go on to whoever comes next
				logger.error("An entry of a turn queue failed", ex);
			}
			last = next;
		}
	}

	private void append(Entry entry) {
		if (this.tail == null) {
			this.head = entry;
		}
		else {
			this.tail.next = entry;
		}
		this.tail = entry;
	}

	private @Nullable Entry poll() {
		Entry first = this.waiting;
		if (first != null) {
			this.waiting = first.next;
			this.lastWaiting = (this.waiting != null) ? this.lastWaiting : null;
		}
		else {
			first = this.head;
			if (first == null) {
				return null;
			}
			this.head = first.next;
			this.tail = (this.head != null) ? this.tail : null;
		}
		first.next = null;
		return first;
	}

	/**
	 * Something that runs in a turn. It must not throw.
	 */
	abstract static class Entry implements Runnable {

		private @Nullable Entry next;

		private @Nullable Runnable elsewhere;

		/**
		 * Sets what is done in place of this if the actor is gone before its turn comes.
		 */
		void orElse(Runnable elsewhere) {
			this.elsewhere = elsewhere;
		}

		/**
		 * Does what is to be done now that the actor is gone.
		 */
		void actorGone() {
			if (this.elsewhere != null) {
				this.elsewhere.run();
			}
			else {
				run();
			}
		}

		/**
		 * Returns whether the turn may wait for something.
		 */
		boolean mayWait() {
			return true;
		}

		/**
		 * Does what follows the turn and does not need it. It must not throw.
		 * @param free whether nobody waits for the turn, which is free now, so that the
		 * thread has nothing else to do
		 */
		void ended(boolean free) {
		}

	}

	/**
	 * A thread that waits for the turn.
	 */
	private static final class Waiter extends Entry {

		private final Thread thread = Thread.currentThread();

		private volatile boolean granted;

		void grant() {
			this.granted = true;
			LockSupport.unpark(this.thread);
		}

		void await() {
			boolean interrupted = false;
			while (!this.granted) {
				LockSupport.park(this);
				interrupted |= Thread.interrupted();
			}
			if (interrupted) {
				this.thread.interrupt();
			}
		}

		@Override
		public void run() {
			throw new IllegalStateException("A waiting thread is granted the turn, not run");
		}

	}

}
