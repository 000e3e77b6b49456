package dev.rivet.runtime;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import dev.rivet.client.RivetException;
import dev.rivet.store.ChangeSet;
import dev.rivet.store.Row;
import dev.rivet.store.StoreException;
import dev.rivet.store.StoreException.Reason;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * A turn of an actor on the thread that runs it. Where it waits it is cut into segments:
 * at the wait it hands over what it has changed and what it sends, and gives the turn
 * away; afterwards it goes on with what the actor's state is then.
 */
final class Turn {

	private static final ThreadLocal<@Nullable Turn> CURRENT = new ThreadLocal<>();

	private final Activation activation;

	private final @Nullable ActorMethod method;

	private final boolean starting;

	private final Thread thread = Thread.currentThread();

	private final List<Emission> emissions = new ArrayList<>(2);

	private @Nullable List<Emission> closings;

	private @Nullable Rows rows;

	private @Nullable Map<LiveConnection, @Nullable Object> touched;

	private int generation;

	private boolean destroying;

	private @Nullable String transactionName;

	private @Nullable ChangeSet joining;

	private boolean rolledBack;

	private long firstChange = Long.MAX_VALUE;

	private boolean inUserCode;

	private @Nullable RivetException interruption;

	/**
	 * Creates a turn.
	 * @param activation the actor
	 * @param method what runs in it, if that is a method of the actor
	 * @param starting whether this turn starts the actor; it then keeps the turn where
	 * others give it away
	 */
	Turn(Activation activation, @Nullable ActorMethod method, boolean starting) {
		this.activation = activation;
		this.method = method;
		this.starting = starting;
	}

	static @Nullable Turn current() {
		return CURRENT.get();
	}

	/**
	 * Runs what is not part of the calling thread's turn, though the turn is what makes
	 * it run.
	 * @param task what to run
	 */
	static void outside(Runnable task) {
		Turn current = CURRENT.get();
		CURRENT.remove();
		try {
			task.run();
		}
		finally {
			if (current != null) {
				CURRENT.set(current);
			}
		}
	}

	/**
	 * Runs code of the application in a segment that was {@linkplain #beginSegment()
	 * begun}. Afterwards the turn is to be {@linkplain #end ended} or
	 * {@linkplain #discard() discarded}.
	 * @param code the code
	 * @return its result
	 * @throws Throwable what the code threw
	 */
	@Nullable Object call(UserCode code) throws Throwable {
		CURRENT.set(this);
		enterUserCode();
		try {
			return code.run();
		}
		finally {
			leaveUserCode();
			CURRENT.remove();
		}
	}

	private synchronized void enterUserCode() {
		this.inUserCode = true;
		if (this.interruption != null) {
			this.thread.interrupt();
		}
	}

	private synchronized void leaveUserCode() {
		this.inUserCode = false;
		Thread.interrupted();
	}

	/**
	 * Interrupts the application's code if it runs in this turn, and makes it fail at its
	 * next wait.
	 * @param reason why
	 */
	synchronized void interrupt(RivetException reason) {
		this.interruption = reason;
		if (this.inUserCode) {
			this.thread.interrupt();
		}
	}

	synchronized @Nullable RivetException interruption() {
		return this.interruption;
	}

	/**
	 * Sends something when this segment has ended and what it has changed is durable.
	 * What a starting actor sends leaves at once: it has promised nothing to anybody yet.
	 * @param emission what to send
	 */
	void emit(Emission emission) {
		if (this.starting) {
			emission.leave();
		}
		else {
			this.emissions.add(emission);
		}
	}

	/**
	 * Closes a connection as {@link #emit} sends something, but after everything else
	 * that this segment sends: the answer to a call that closes its own connection too.
	 * @param closing what closes it
	 */
	void emitLast(Emission closing) {
		if (this.closings == null) {
			this.closings = new ArrayList<>(1);
		}
		this.closings.add(closing);
	}

	/**
	 * Lets what this turn changes be written within a transaction of the application.
	 * Nothing of the actor may be on its way to the store then, since it would wait for
	 * this transaction.
	 * @param name the name of the transaction
	 */
	void useTransaction(String name) {
		this.activation.journal().awaitSettled();
		this.transactionName = name;
	}

	@Nullable String transactionName() {
		return this.transactionName;
	}

	/**
	 * Writes what changed within the current transaction.
	 */
	void join() {
		byte[] state = this.activation.changedState(false);
		if (state == null && this.rows == null) {
			return;
		}
		this.joining = this.activation.journal().joining(state, takeRows());
		try {
			this.activation.store().join(this.joining);
		}
		catch (StoreException ex) {
			this.activation.commitFailed(ex);
			throw ex;
		}
	}

	/**
	 * Learns the outcome of the transaction.
	 * @param status its status, as in {@link TransactionSynchronization}
	 */
	void joined(int status) {
		ChangeSet changes = this.joining;
		this.joining = null;
		boolean committed = status == TransactionSynchronization.STATUS_COMMITTED;
		if (changes == null) {
			this.rolledBack = status == TransactionSynchronization.STATUS_ROLLED_BACK;
			return;
		}
		if (status == TransactionSynchronization.STATUS_UNKNOWN) {
			committed = this.activation.learnOutcome(changes);
		}
		if (committed) {
			this.activation.journal().joined(changes);
			this.firstChange = Math.min(this.firstChange, changes.number());
		}
		this.rolledBack = !committed;
	}

	/**
	 * Returns whether the transaction was rolled back, so that what the turn changed has
	 * to be dropped.
	 */
	boolean isRolledBack() {
		return this.rolledBack;
	}

	void destroy() {
		this.destroying = true;
	}

	boolean isDestroying() {
		return this.destroying;
	}

	Activation activation() {
		return this.activation;
	}

	int generation() {
		return this.generation;
	}

	/**
	 * Begins a further segment on whichever thread has the turn.
	 */
	void beginSegment() {
		this.generation = this.activation.beginSegment();
	}

	/**
	 * Sends an error in place of what was discarded, when what the turn could have seen
	 * is durable.
	 * @param reply the error
	 */
	void refuse(Emission reply) {
		try {
			this.activation.journal().add(this.generation, List.of(reply));
		}
		catch (StoreException ex) {
			// the reply has failed with it
		}
	}

	/**
	 * Notes that the state of a connection may change in this segment.
	 * @param connection the connection
	 */
	void touch(LiveConnection connection) {
		if (this.touched == null) {
			this.touched = new HashMap<>(2);
		}
		if (!this.touched.containsKey(connection)) {
			this.touched.put(connection, connection.copyState());
		}
	}

	/**
	 * Writes a row with what this segment changes.
	 * @param row the row
	 */
	void write(Row row) {
		if (this.rows == null) {
			this.rows = new Rows();
		}
		this.rows.add(row);
	}

	/**
	 * Returns what this segment has written so far.
	 */
	Collection<Row> written() {
		return (this.rows != null) ? this.rows.all() : List.of();
	}

	private Collection<Row> takeRows() {
		Collection<Row> taken = written();
		this.rows = null;
		return taken;
	}

	private List<Emission> takeEmissions() {
		List<Emission> taken = new ArrayList<>(this.emissions);
		this.emissions.clear();
		if (this.closings != null) {
			taken.addAll(this.closings);
			this.closings = null;
		}
		return taken;
	}

	/**
	 * Returns the number of the first change set of this turn, or the largest number if
	 * it has none.
	 */
	long firstChange() {
		return this.firstChange;
	}

	/**
	 * Ends a segment that is not the last one.
	 */
	void pause() {
		endSegment(false, null);
	}

	/**
	 * Ends the last segment.
	 * @param reply what is sent at its end, if anything
	 * @throws StoreException if a change before it was not committed; then everything
	 * sent, the reply too, has failed
	 */
	void end(@Nullable Emission reply) {
		endSegment(this.destroying, reply);
	}

	private void endSegment(boolean destroy, @Nullable Emission last) {
		long before = this.activation.journal().newest();
		byte[] state = this.activation.changedState(this.starting);
		this.touched = null;
		if (last != null) {
			this.emissions.add(last);
		}
		long number = this.activation.journal()
			.add(this.generation, state, takeRows(), destroy ? this.activation.destruction() : null, takeEmissions());
		if (number > before && this.firstChange == Long.MAX_VALUE) {
			this.firstChange = number;
		}
	}

	/**
	 * Drops what this segment has changed and what it was to send.
	 */
	void discard() {
		List<Emission> dropped = takeEmissions();
		this.activation.restoreState();
		if (this.rows != null) {
			this.rows = null;
			this.activation.forgetRows();
		}
		if (this.touched != null) {
			this.touched.forEach(LiveConnection::restoreState);
			this.touched = null;
		}
		StoreException cause = new StoreException(Reason.LOST_OWNERSHIP, "The turn was discarded", null);
		dropped.forEach((emission) -> emission.fail(cause, false, this.activation.journal().durable()));
	}

	/**
	 * Waits for a result.
	 * @param <T> the type of the result
	 * @param stage the result to wait for
	 * @return the result
	 */
	<T extends @Nullable Object> T await(CompletionStage<T> stage) {
		Assert.state(!TransactionSynchronizationManager.isActualTransactionActive(),
				"An actor must not wait through its context inside a transaction");
		RivetException interrupted = interruption();
		if (interrupted != null) {
			throw interrupted;
		}
		if (this.activation.threads().isExhausted()) {
			throw Errors.overloaded();
		}
		CompletableFuture<T> future = stage.toCompletableFuture();
		if (this.starting) {
			return get(future);
		}
		if (this.method != null) {
			this.method.waits();
		}
		leaveUserCode();
		try {
			pause();
		}
		catch (StoreException ex) {
			enterUserCode();
			throw new CommitFailedException(ex);
		}
		CURRENT.remove();
		this.activation.turns().release();
		this.activation.threads().beforeWait();
		try {
			enterUserCode();
			try {
				return get(future);
			}
			finally {
				leaveUserCode();
			}
		}
		finally {
			this.activation.threads().afterWait();
			this.activation.turns().acquire();
			beginSegment();
			CURRENT.set(this);
			enterUserCode();
		}
	}

	private <T extends @Nullable Object> T get(CompletableFuture<T> future) {
		try {
			return Waiting.get(future);
		}
		catch (InterruptedException ex) {
			RivetException reason = interruption();
			if (reason != null) {
				throw reason;
			}
			Thread.currentThread().interrupt();
			throw new CompletionException(ex);
		}
	}

	/**
	 * Code of the application.
	 */
	@FunctionalInterface
	interface UserCode {

		@Nullable Object run() throws Throwable;

	}

}
