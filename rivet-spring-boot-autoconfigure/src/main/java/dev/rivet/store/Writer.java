package dev.rivet.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import dev.rivet.store.StoreException.Reason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. It takes whatever waits, commits it as one group, and
 * begins again: the longer a commit takes, the larger the next group becomes. After a
 * larger group it gives half as many operations a moment to come, since few large commits
 * cost less than many small ones; a lone operation never waits for company. Between
 * groups it renews the node's lease. The waiting are told on a second thread, in the
 * order in which they came, so that none of them can hold up the next commit; it also
 * writes answers to their clients, and is relieved by another one when it has to wait for
 * a client. None of these threads ever runs the code of an actor, so nobody interrupts
 * them.
 *
 * <p>
 * A caller that only waits for its commit may write it itself while the thread is idle,
 * which spares both the change of threads. Whoever writes holds the lock.
 *
 * <p>
 * A group has at most one operation per actor. A second one waits for the next group, and
 * all behind it with it.
 */
final class Writer {

	private static final Log logger = LogFactory.getLog(Writer.class);

	private static final int LARGEST_GROUP = 1000;

	/**
	 * How long a group waits for those that are expected: about as long as a small commit
	 * takes.
	 */
	private static final long GATHERING = TimeUnit.MICROSECONDS.toNanos(500);

	private static final long IDLE = TimeUnit.MILLISECONDS.toNanos(250);

	private static final long RENEWAL_PAUSE = TimeUnit.SECONDS.toNanos(1);

	private final Queue<Operation<?>> queue = new LinkedBlockingQueue<>();

	private final Lock writing = new ReentrantLock();

	private final Thread thread = JdbcActorStore.thread("rivet-store-writer", this::run);

	private final Queue<Runnable> tidings = new ConcurrentLinkedQueue<>();

	private final Lock telling = new ReentrantLock();

	private final ElasticExecutor completions = new ElasticExecutor("rivet-store-completions-", 1,
			(task, threads) -> task.run());

	private final Sessions sessions;

	private final Database database;

	private final Node node;

	private final GroupCommit groupCommit;

	private final Runnable onOwnershipLost;

	private volatile boolean closing;

	private volatile boolean closed;

	private volatile int losses;

	private volatile int lossesTold;

	private volatile long ownerUntil;

	private volatile int expected = 1;

	private @Nullable Operation<?> next;

	private long renewalFailedAt = System.nanoTime() - RENEWAL_PAUSE;

	Writer(Database database, Sessions sessions, StoreOptions options, Runnable onOwnershipLost) {
		this.sessions = sessions;
		this.database = database;
		this.node = new Node(database, options.lease(), this::renewed, this::reborn);
		this.groupCommit = new GroupCommit(database, sessions, this.node, options);
		this.onOwnershipLost = onOwnershipLost;
	}

	void start() throws SQLException {
		this.node.renew(this.sessions.get());
		this.thread.start();
	}

	<O extends Operation<?>> O submit(O operation) {
		this.queue.add(operation);
		if (this.queue.size() >= this.expected) {
			LockSupport.unpark(this.thread);
		}
		if (this.closed && this.queue.remove(operation)) {
			operation.fail(Reason.UNAVAILABLE, "The store is closed", null);
			operation.complete();
		}
		return operation;
	}

	/**
	 * Writes an operation on the calling thread if nothing else is written, waits or is
	 * expected, or else submits it. The thread's interrupt status is put aside meanwhile:
	 * an embedded database closes its files when an interrupted thread uses them.
	 */
	<O extends Operation<?>> O writeHere(O operation) {
		if (this.expected > 1 || !this.queue.isEmpty() || !this.writing.tryLock()) {
			return submit(operation);
		}
		boolean interrupted = Thread.interrupted();
		boolean written = false;
		boolean opened = false;
		try {
			if (this.next == null && this.queue.isEmpty() && !this.closing && untilRenewal() > 0) {
				opened = this.sessions.current() == null;
				commit(List.of(operation));
				written = true;
			}
		}
		finally {
			this.writing.unlock();
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
		if (!written) {
			return submit(operation);
		}
		if (opened) {
			// the thread has a session to give back in time
			LockSupport.unpark(this.thread);
		}
		if (this.losses == this.lossesTold) {
			operation.complete();
		}
		else {
			complete(List.of(operation));
		}
		return operation;
	}

	boolean isOwner() {
		return this.losses == this.lossesTold && System.nanoTime() - this.ownerUntil < 0;
	}

	/**
	 * The node's id, for conditions of statements that are not sent by the writer.
	 */
	String nodeId() {
		return this.node.id();
	}

	/**
	 * Writes what waits, gives up the lease and stops.
	 */
	void close(Duration timeout) {
		this.closing = true;
		LockSupport.unpark(this.thread);
		try {
			this.thread.join(timeout.toMillis());
			this.completions.awaitTermination(timeout.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		try {
			long idle = 0;
			while (idle >= 0) {
				LockSupport.parkNanos(idle);
				gather();
				this.writing.lock();
				try {
					idle = step();
				}
				finally {
					this.writing.unlock();
				}
			}
		}
		finally {
			this.completions.shutdown();
		}
	}

	/**
	 * Gives those that are expected a moment to come.
	 */
	private void gather() {
		long end = System.nanoTime() + GATHERING;
		long left = GATHERING;
		while (this.queue.size() < this.expected && this.expected > 1 && left > 0) {
			LockSupport.parkNanos(left);
			left = end - System.nanoTime();
		}
	}

	/**
	 * Does what is to be done now.
	 * @return for how many nanoseconds there is nothing to do unless something is
	 * submitted; negative at the end
	 */
	private long step() {
		renewIfDue();
		List<Operation<?>> group = take();
		this.expected = Math.max((group.size() + 1) / 2, 1);
		if (!group.isEmpty()) {
			write(group);
			return 0;
		}
		if (!this.queue.isEmpty()) {
			// it may have come while more were expected, without waking this thread
			return 0;
		}
		if (this.closing) {
			leave();
			return -1;
		}
		this.sessions.release();
		return Math.min(Math.max(untilRenewal(), 1), (this.sessions.current() != null) ? IDLE : Long.MAX_VALUE);
	}

	private List<Operation<?>> take() {
		Map<String, Operation<?>> group = new LinkedHashMap<>();
		Operation<?> operation = (this.next != null) ? this.next : this.queue.poll();
		while (operation != null && group.size() < LARGEST_GROUP
				&& group.putIfAbsent(operation.actorId(), operation) == null) {
			operation = this.queue.poll();
		}
		this.next = operation;
		return List.copyOf(group.values());
	}

	/**
	 * Settles operations.
	 * @return whether the database could be reached
	 */
	private boolean commit(List<Operation<?>> group) {
		try {
			return this.groupCommit.run(group);
		}
		catch (RuntimeException | Error ex) {
			logger.error("Writing actors failed unexpectedly", ex);
			this.sessions.discard();
			this.groupCommit.abandon(group, ex);
			return false;
		}
	}

	private void write(List<Operation<?>> group) {
		boolean reached = commit(group);
		// taken before anybody is told, so that nobody who hears of it and tries again is
		// among them
		List<Operation<?>> waiting = reached ? List.of() : takeWaiting();
		complete(group);
		refuse(waiting);
	}

	private List<Operation<?>> takeWaiting() {
		List<Operation<?>> waiting = new ArrayList<>();
		if (this.next != null) {
			waiting.add(this.next);
			this.next = null;
		}
		int size = this.queue.size();
		Operation<?> operation = this.queue.poll();
		while (operation != null) {
			waiting.add(operation);
			operation = (waiting.size() < size) ? this.queue.poll() : null;
		}
		return waiting;
	}

	/**
	 * Spares those that queued up behind a failing attempt to connect the same wait.
	 */
	private void refuse(List<Operation<?>> waiting) {
		this.groupCommit.refuse(waiting);
		complete(waiting);
	}

	private void complete(List<Operation<?>> group) {
		group.forEach((operation) -> tell(operation::complete));
	}

	private void tell(Runnable tiding) {
		this.tidings.add(tiding);
		this.completions.execute(this::tellNext);
	}

	/**
	 * Tells one that waits, in its order, without waiting for anybody.
	 */
	private void tellNext() {
		this.telling.lock();
		try {
			Objects.requireNonNull(this.tidings.poll()).run();
		}
		finally {
			this.telling.unlock();
		}
	}

	private long untilRenewal() {
		return Math.max(this.node.nanosToRenewal(), this.renewalFailedAt + RENEWAL_PAUSE - System.nanoTime());
	}

	private void renewIfDue() {
		if (untilRenewal() > 0) {
			return;
		}
		try {
			this.node.renew(this.sessions.get());
		}
		catch (SQLException | RuntimeException ex) {
			logger.warn("The lease on this node's actors could not be renewed: " + ex.getMessage());
			this.sessions.discard();
			this.renewalFailedAt = System.nanoTime();
		}
	}

	private void renewed(long validUntil) {
		this.ownerUntil = validUntil;
	}

	private void reborn(long validUntil) {
		logger.warn("The lease on this node's actors ran out; they are stopped and wake again on demand");
		int loss = this.losses + 1;
		this.losses = loss;
		this.ownerUntil = validUntil;
		tell(() -> {
			try {
				this.onOwnershipLost.run();
			}
			finally {
				this.lossesTold = loss;
			}
		});
	}

	private void leave() {
		this.ownerUntil = System.nanoTime();
		try {
			this.node.leave(this.sessions.get());
		}
		catch (SQLException | RuntimeException ex) {
			logger.warn("The lease on this node's actors could not be given up, it runs out: " + ex.getMessage());
			this.sessions.discard();
		}
		this.closed = true;
		refuse(takeWaiting());
		this.sessions.close();
	}

}
