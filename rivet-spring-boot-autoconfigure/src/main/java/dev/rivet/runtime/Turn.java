package dev.rivet.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.rivet.client.RivetException;
import dev.rivet.runtime.Emission.Loss;
import dev.rivet.store.ChangeSet;
import dev.rivet.store.Row;
import dev.rivet.store.StoreException;
import dev.rivet.store.StoreException.Reason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * A turn of an actor on the thread that runs it. Where it waits it is cut into segments:
 * at the wait it hands over what it has changed and what it sends, and gives the turn
 * away; afterwards it goes on with what the actor's state is then. If what it had seen or
 * changed before the wait turns out not to be durable, it is lost: the wait throws, and
 * so does everything else that it tries until its end, unless it is a run loop.
 */
final class Turn {

	private static final long LONGEST_HOLD = TimeUnit.MILLISECONDS.toNanos(2);

	private static final Log logger = LogFactory.getLog(Turn.class);

	private static final ThreadLocal<@Nullable Turn> CURRENT = new ThreadLocal<>();

	private final Activation activation;

	private final @Nullable ActorMethod method;

	private final boolean starting;

	private final RunningCode code = new RunningCode();

	private final List<Emission> emissions = new ArrayList<>(2);

	private @Nullable List<Emission> closings;

	private @Nullable Rows rows;

	private @Nullable Map<LiveConnection, @Nullable StateCopy> touched;

	private int generation;

	private boolean destroying;

	private @Nullable String transactionName;

	private @Nullable ChangeSet joining;

	private boolean rolledBack;

	private boolean outcomeUnknown;

	// the number of the first change set of this turn, or the largest number
	private long firstChange = Long.MAX_VALUE;

	private @Nullable Emission segmentEnd;

	private @Nullable Loss loss;

	private volatile boolean calledOthers;

	private boolean creating;

	private boolean over;

	private long heldSince = System.nanoTime();

	private boolean mustNotWait;

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

	boolean isStarting() {
		return this.starting;
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
	 * @param called the code
	 * @return its result
	 * @throws Throwable what the code threw
	 */
	@Nullable Object call(UserCode called) throws Throwable {
		Turn outer = CURRENT.get();
		boolean nested = this.code.isRunning();
		CURRENT.set(this);
		this.code.enter();
		try {
			return called.run();
		}
		finally {
			this.code.leave();
			if (outer != null) {
				CURRENT.set(outer);
			}
			else {
				CURRENT.remove();
			}
			if (nested) {
				this.code.enter();
			}
		}
	}

	/**
	 * Runs a hook that belongs to the current segment, and so must not wait.
	 * @param hook the hook
	 * @param occasion what it is called for, if it may declare that
	 * @throws Throwable what it threw
	 */
	private void callWithin(ActorMethod hook, @Nullable Object occasion) throws Throwable {
		this.mustNotWait = true;
		try {
			this.activation.ownCalls().within(this, hook, occasion);
		}
		finally {
			this.mustNotWait = false;
		}
	}

	/**
	 * Returns the application's code, which may be interrupted as long as it runs here.
	 */
	RunningCode code() {
		return this.code;
	}

	/**
	 * Notes that another actor was called, which is not undone with this turn.
	 */
	void calledOthers() {
		this.calledOthers = true;
	}

	/**
	 * Returns what to tell the caller of this turn, which depended on a change set that
	 * failed: to try again if it is known that nothing has been done.
	 * @param unrepeatable as that failure says; but one of the segment before knows more
	 */
	RivetException errorFor(long unrepeatable) {
		Loss before = lossBefore();
		long last = (before != null) ? before.unrepeatable() : unrepeatable;
		boolean mayBeDone = this.firstChange <= last || this.outcomeUnknown || this.calledOthers;
		return mayBeDone ? Errors.internal() : Errors.restarting();
	}

	/**
	 * Returns what to tell the caller of this turn, which is lost.
	 */
	RivetException lossError() {
		return errorFor(this.activation.journal().durable());
	}

	private @Nullable Loss lossBefore() {
		return (this.segmentEnd != null) ? this.activation.journal().lossOf(this.segmentEnd) : null;
	}

	/**
	 * Notes that this turn creates the actor, whose state is written in any case.
	 */
	void creates() {
		this.creating = true;
	}

	/**
	 * Sends something when this segment has ended and what it has changed is durable.
	 * What a starting actor asks of others leaves at once, since it waits for it.
	 * @param emission what to send
	 */
	void emit(Emission emission) {
		if (this.starting && emission.mayPrecedeStart()) {
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
		this.activation.journal().awaitSettled(this.generation);
		this.transactionName = name;
	}

	@Nullable String transactionName() {
		return this.transactionName;
	}

	/**
	 * Writes what changed within the current transaction.
	 * @param readOnly whether the transaction allows no writes, so that what an
	 * initialiser gave is left to the end of the turn
	 */
	void join(boolean readOnly) {
		byte[] state = changedState();
		rememberConnections();
		if (this.rows == null
				&& (state == null || (readOnly && Arrays.equals(state, this.activation.journal().state())))) {
			return;
		}
		if (this.rows != null) {
			this.activation.agenda().lowerAlarm(this);
		}
		this.joining = this.activation.journal().joining(state, takeRows());
		try {
			this.activation.store().join(this.joining);
		}
		catch (StoreException ex) {
			if (ex.reason() == Reason.LOST_OWNERSHIP) {
				this.activation.abandon();
				throw ex;
			}
			this.activation.commitFailed(ex);
			if (ex.reason() == Reason.REJECTED) {
				// the fault of this action, which would fail again
				throw new IllegalStateException(ex.getMessage(), ex);
			}
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
			committed = learnOutcome(changes);
		}
		if (committed) {
			this.activation.journal().joined(changes);
			this.touched = null;
			this.firstChange = Math.min(this.firstChange, changes.number());
		}
		this.rolledBack = !committed;
	}

	/**
	 * Learns whether a change set is durable whose transaction failed at its commit. If
	 * that cannot be learnt, the activation ends.
	 */
	private boolean learnOutcome(ChangeSet changes) {
		try {
			return this.activation.store().isCommitted(changes).join();
		}
		catch (CompletionException ex) {
			this.outcomeUnknown = true;
			this.activation.abandon();
			return false;
		}
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

	Activation activation() {
		return this.activation;
	}

	int generation() {
		return this.generation;
	}

	/**
	 * Returns whether the turn has ended, or what it did was dropped.
	 */
	boolean isOver() {
		return this.over;
	}

	/**
	 * Begins a further segment on whichever thread has the turn.
	 */
	void beginSegment() {
		this.over = false;
		this.loss = null;
		this.generation = this.activation.live().beginSegment();
	}

	/**
	 * Begins the segment after one that has {@linkplain #pause() ended}.
	 * @throws CommitFailedException if what that had seen or changed is not durable and
	 * will not be
	 */
	void resume() {
		beginSegment();
		Loss loss = lossBefore();
		if (loss != null) {
			this.loss = runsLoop() ? null : loss;
			throw new CommitFailedException(loss.cause());
		}
	}

	private void requireKept() {
		if (this.loss != null) {
			throw new CommitFailedException(this.loss.cause());
		}
	}

	/**
	 * Sends an error in place of what was discarded, when what the turn could have seen
	 * is durable.
	 * @param reply the error
	 */
	void refuse(Emission reply) {
		Journal journal = this.activation.journal();
		try {
			journal.add(this.generation, journal.unwrittenState(), List.of(), null, List.of(reply), false);
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
	 * Ends a segment that is not the last one.
	 */
	void pause() {
		if (this.loss != null) {
			throw this.loss.cause();
		}
		Emission end = new SegmentEnd();
		endSegment(false, end, false);
		this.segmentEnd = end;
	}

	private void pauseCode() {
		this.code.leave();
		try {
			pause();
		}
		catch (StoreException ex) {
			if (runsLoop()) {
				beginSegment();
			}
			this.code.enter();
			pauseLoop();
			throw new CommitFailedException(ex);
		}
	}

	private void resumeCode() {
		try {
			resume();
		}
		catch (CommitFailedException ex) {
			this.code.enter();
			pauseLoop();
			throw ex;
		}
		this.code.enter();
	}

	/**
	 * A run loop answers nobody. When it is lost it hears so once and goes on from what
	 * is durable, but not before others have had the turn for a while.
	 */
	private void pauseLoop() {
		if (runsLoop()) {
			CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
			this.activation.after(RunLoop.PAUSE_AFTER_FAILURE, () -> over.complete(null));
			await(over);
		}
	}

	private boolean runsLoop() {
		RunLoop loop = this.activation.runLoop();
		return loop != null && loop.runs(this);
	}

	/**
	 * Ends the last segment.
	 * @param reply what is sent at its end, if anything
	 * @throws StoreException if a change before it was not committed; then everything
	 * sent, the reply too, has failed
	 */
	void end(@Nullable Emission reply) {
		end(reply, false);
	}

	/**
	 * Ends the last segment.
	 * @param reply what is sent at its end, if anything
	 * @param hold whether what changed is held until it is {@linkplain Journal#commitHeld
	 * committed}
	 * @throws StoreException if a change before it was not committed; then everything
	 * sent, the reply too, has failed
	 */
	void end(@Nullable Emission reply, boolean hold) {
		if (this.loss != null) {
			throw this.loss.cause();
		}
		if (this.destroying) {
			// what @OnDestroy changes need not please anybody
			changedState();
			runDestroyHook();
		}
		this.over = true;
		endSegment(this.destroying, reply, hold);
	}

	private void endSegment(boolean destroy, @Nullable Emission last, boolean hold) {
		byte[] state = destroy ? null : changedState();
		if (!destroy) {
			rememberConnections();
		}
		if (this.rows != null && !destroy) {
			this.activation.agenda().lowerAlarm(this);
		}
		if (last != null) {
			this.emissions.add(last);
		}
		Collection<Row> rows = takeRows();
		if (this.firstChange == Long.MAX_VALUE && (state != null || destroy || !rows.isEmpty())) {
			// before anybody can learn what becomes of it
			this.firstChange = this.activation.journal().newest() + 1;
		}
		long number = this.activation.journal()
			.add(this.generation, state, rows, destroy ? this.activation.destruction() : null, takeEmissions(), hold);
		if (this.touched != null) {
			this.activation.live().settleLater(number, this.touched);
			this.touched = null;
		}
	}

	private void rememberConnections() {
		if (this.touched != null) {
			this.touched.forEach((connection, before) -> connection.rememberState(this, before));
		}
	}

	private byte @Nullable [] changedState() {
		byte[] state = this.activation.live().changedState(this.creating);
		ActorMethod hook = this.activation.type().lifecycle().onStateChange();
		if (state == null || hook == null || this.creating || Arrays.equals(state, this.activation.journal().state())) {
			return state;
		}
		try {
			callWithin(hook, this.activation.live().stateChange(state));
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new CompletionException(ex);
		}
		return this.activation.live().changedState(false);
	}

	private void runDestroyHook() {
		ActorMethod hook = this.activation.type().lifecycle().onDestroy();
		if (hook == null) {
			return;
		}
		Future<?> timer = this.activation.ownCalls().limit(this, hook);
		try {
			callWithin(hook, null);
		}
		catch (Throwable ex) {
			logger.error("The %s of actor %s failed".formatted(hook, this.activation.id()), ex);
		}
		finally {
			timer.cancel(false);
		}
	}

	/**
	 * Drops what this segment has changed and what it was to send.
	 */
	void discard() {
		this.over = true;
		this.destroying = false;
		List<Emission> dropped = takeEmissions();
		this.activation.live().restoreState();
		if (this.rows != null || this.rolledBack) {
			this.rows = null;
			this.activation.agenda().forget();
		}
		if (this.touched != null) {
			this.touched.forEach(LiveConnection::restoreState);
			this.touched = null;
		}
		StoreException cause = new StoreException(Reason.LOST_OWNERSHIP, "The turn was discarded", null);
		Loss loss = new Loss(cause, this.activation.journal().durable());
		dropped.forEach((emission) -> emission.fail(loss));
	}

	/**
	 * Waits for a result.
	 * @param <T> the type of the result
	 * @param stage the result to wait for
	 * @return the result
	 */
	<T extends @Nullable Object> T await(CompletionStage<T> stage) {
		return await(() -> stage);
	}

	/**
	 * Asks for a result and waits for it. Where the turn must not wait, nothing is asked.
	 * @param <T> the type of the result
	 * @param request asks for it
	 * @return the result
	 */
	<T extends @Nullable Object> T await(Supplier<? extends CompletionStage<T>> request) {
		Assert.state(!this.mustNotWait, "@OnStateChange and @OnDestroy methods must not wait through the context");
		Assert.state(!TransactionSynchronizationManager.isActualTransactionActive(),
				"An actor must not wait through its context inside a transaction");
		requireKept();
		this.code.requireUninterrupted();
		if (this.activation.threads().isExhausted()) {
			throw Errors.overloaded();
		}
		CompletableFuture<T> future = request.get().toCompletableFuture();
		if (this.starting) {
			this.activation.threads().beforeWait();
			try {
				return get(future);
			}
			finally {
				this.activation.threads().afterWait();
			}
		}
		if (this.method != null) {
			this.method.waits();
		}
		pauseCode();
		CURRENT.remove();
		this.activation.turns().release();
		this.activation.threads().beforeWait();
		try {
			this.code.beginWait();
			this.activation.waits(this);
			try {
				return get(future);
			}
			finally {
				this.activation.waitsNoMore(this);
				this.code.endWait();
			}
		}
		finally {
			// it still waits, maybe for a turn that has no thread yet
			this.activation.turns().acquire();
			this.activation.threads().afterWait();
			this.heldSince = System.nanoTime();
			CURRENT.set(this);
			resumeCode();
		}
	}

	/**
	 * Ends the segment without waiting, and lets others go first if this turn has lasted
	 * for a while.
	 */
	void giveWay() {
		Assert.state(
				!this.mustNotWait && !this.starting && this.transactionName == null
						&& !TransactionSynchronizationManager.isActualTransactionActive(),
				"A hook or a transaction must not receive messages");
		requireKept();
		this.code.requireUninterrupted();
		pauseCode();
		if (System.nanoTime() - this.heldSince > LONGEST_HOLD && !this.activation.threads().isExhausted()) {
			CURRENT.remove();
			this.activation.threads().beforeWait();
			this.activation.turns().giveWay();
			this.activation.threads().afterWait();
			this.heldSince = System.nanoTime();
			CURRENT.set(this);
		}
		resumeCode();
	}

	private <T extends @Nullable Object> T get(CompletableFuture<T> future) {
		try {
			return Waiting.get(future);
		}
		catch (InterruptedException ex) {
			this.code.requireUninterrupted();
			Thread.currentThread().interrupt();
			throw new CompletionException(ex);
		}
	}

	/**
	 * The end of a segment that is not the last one: learns whether what the segment had
	 * seen and changed became durable.
	 */
	private static final class SegmentEnd extends Emission {

		@Override
		boolean mayPrecedeStart() {
			return false;
		}

		@Override
		void leave() {
			// which is what the turn hoped for
		}

		@Override
		void fail(Loss loss) {
			// the turn asks for it when it goes on
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
