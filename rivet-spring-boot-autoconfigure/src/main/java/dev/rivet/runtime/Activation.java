package dev.rivet.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;

import dev.rivet.actor.AbortController;
import dev.rivet.actor.AbortSignal;
import dev.rivet.actor.AbortedException;
import dev.rivet.actor.StateChange;
import dev.rivet.client.CloseReason;
import dev.rivet.client.RivetException;
import dev.rivet.store.ActorRecord;
import dev.rivet.store.ActorStore;
import dev.rivet.store.ChangeSet;
import dev.rivet.store.Claim;
import dev.rivet.store.Row;
import dev.rivet.store.RowRange;
import dev.rivet.store.StoreException;
import dev.rivet.store.StoreException.Reason;
import dev.rivet.store.Table;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * An actor in memory, from its claim to its sleep. Calls are queued from the beginning;
 * the first turn, which runs when the actor is {@linkplain #claimed claimed}, makes the
 * object, restores its state and creates the actor if it is new.
 * <p>
 * Fields that are not final or volatile belong to the thread that has the turn.
 */
final class Activation {

	private static final Log logger = LogFactory.getLog(Activation.class);

	/**
	 * Clients connect again on this, which wakes the actor.
	 */
	static final CloseReason STOPPED = new CloseReason(CloseReason.GOING_AWAY, "actor.stopped");

	private final ActorRuntime runtime;

	private final String id;

	private final TurnQueue turns;

	private final OwnCalls ownCalls;

	private final Wakefulness wakefulness = new Wakefulness(this);

	private volatile @Nullable Live live;

	private final Set<Turn> waiting = ConcurrentHashMap.newKeySet(0);

	private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

	private volatile boolean closed;

	private volatile @Nullable RivetException refusal;

	Activation(ActorRuntime runtime, String id) {
		this.runtime = runtime;
		this.id = id;
		this.turns = new TurnQueue(runtime.threads());
		this.ownCalls = new OwnCalls(runtime, this);
	}

	String id() {
		return this.id;
	}

	TurnQueue turns() {
		return this.turns;
	}

	TurnThreads threads() {
		return this.runtime.threads();
	}

	Journal journal() {
		return live().journal;
	}

	TurnContext context() {
		return live().context;
	}

	Connections connections() {
		return live().connections();
	}

	/**
	 * Returns the turn of this actor that the calling thread runs.
	 * @throws IllegalStateException if it runs none
	 */
	Turn turn() {
		Turn turn = Turn.current();
		Assert.state(turn != null && turn.activation() == this,
				"This may only be called in a turn of the actor, by the thread that runs it. "
						+ "Use ActorContext.run(Runnable) from other threads");
		return turn;
	}

	ActorRecord record() {
		return live().record;
	}

	boolean isClosed() {
		return this.closed;
	}

	/**
	 * Returns whether a turn has destroyed the actor, or this activation has ended
	 * otherwise.
	 */
	boolean isEnding() {
		return this.closed || journal().isDestroyed();
	}

	/**
	 * Returns why the actor cannot be used any more, or {@code null} if it can, or
	 * sleeps.
	 */
	@Nullable RivetException refusal() {
		return this.refusal;
	}

	/**
	 * Notes that a turn waits. If the actor ends meanwhile, so does the wait.
	 */
	void waits(Turn turn) {
		this.waiting.add(turn);
		if (this.refusal != null) {
			abort(turn);
		}
		this.wakefulness.waits(turn);
	}

	void waitsNoMore(Turn turn) {
		this.waiting.remove(turn);
	}

	private static void abort(Turn turn) {
		turn.abort(new AbortedException("The actor has ended"));
	}

	/**
	 * Returns the connections that are open, in the order of their opening.
	 */
	List<LiveConnection> openConnections() {
		return live().openConnections();
	}

	@Nullable RunLoop runLoop() {
		return live().run;
	}

	ActorStatistics statistics() {
		return this.runtime.statistics(type());
	}

	private Live live() {
		return Objects.requireNonNull(this.live, "The actor is not claimed yet");
	}

	/**
	 * Queues an entry.
	 * @param entry the entry
	 * @return whether it will run
	 */
	boolean submit(TurnQueue.Entry entry) {
		return this.turns.submit(entry);
	}

	/**
	 * Queues a call, or runs it on the calling thread if that is as good as another.
	 * @param call the call
	 * @param action the action that it calls
	 * @return whether it will run
	 */
	boolean submitHere(TurnQueue.Entry call, String action) {
		ActorType type = typeIfKnown();
		ActorMethod method = (type != null) ? type.actions().get(action) : null;
		return this.turns.submit(call, method != null && !method.mayWait() && threads().isCallerAsGood());
	}

	/**
	 * Lets the actor start, now that it is owned by this node.
	 * @param claim the claim
	 */
	void claimed(Claim claim) {
		this.live = new Live(claim);
		ActorType type = this.runtime.types().find(claim.actor().name());
		if (type != null) {
			this.wakefulness.watch(type.options());
		}
		this.turns.open();
	}

	boolean isClaimed() {
		return this.live != null;
	}

	/**
	 * Starts the actor although nothing calls it, so that a new one is created.
	 */
	void wake() {
		submit(new TurnQueue.Entry() {

			@Override
			public void run() {
				if (ready() == null) {
					turnEnded();
				}
			}

		});
	}

	/**
	 * Lets everything that is queued fail, since the actor could not be claimed.
	 * @param error why
	 */
	void refused(RivetException error) {
		this.refusal = error;
		if (error.is("actor", "not_found")) {
			this.turns.divert(this::divert);
		}
		close();
		end();
		this.turns.open();
		this.runtime.disconnect(this.id);
	}

	/**
	 * Begins a turn: starts the actor if that has not been done.
	 * @return why the actor cannot be used, or {@code null} if it can
	 */
	@Nullable RivetException ready() {
		if (this.refusal == null && live().object == null) {
			RivetException failure = start();
			if (failure != null) {
				this.refusal = failure;
			}
			else if (journal().isDestroyed()) {
				turnEnded();
			}
		}
		return this.refusal;
	}

	private @Nullable RivetException start() {
		Live live = live();
		ActorType type = this.runtime.types().find(live.record.name());
		if (type == null) {
			return startFailed(Errors.unknownName(live.record.name()));
		}
		Turn turn = new Turn(this, null, true);
		try {
			Claim claim = live.load(type);
			LifecycleHooks hooks = type.lifecycle();
			boolean creating = claim.state() == null && hooks.onCreate() != null;
			boolean scheduled = !type.jobs().isEmpty() || claim.alarm() != null;
			if (creating || hooks.onWake() != null || scheduled) {
				turn.beginSegment();
				if (creating) {
					turn.creates();
					this.ownCalls.create(turn, Objects.requireNonNull(hooks.onCreate()), claim.input());
				}
				live.reconnect();
				this.ownCalls.wake(turn, hooks.onWake());
				if (scheduled) {
					live.agenda.schedules().declare(turn, type.jobs());
				}
				turn.end(new Start());
			}
			else {
				live.reconnect();
				live.journal.started();
			}
			if (isEnding()) {
				return null;
			}
			live.forgetGone(claim);
			for (LiveConnection connection : live.openConnections()) {
				connection.retakeSocket();
			}
			live.agenda.start(type);
			if (hooks.run() != null) {
				live.run = new RunLoop(this, hooks.run());
				submit(live.run);
			}
			return null;
		}
		catch (Throwable ex) {
			logger.error("Actor '%s' with id %s could not be started".formatted(type.name(), this.id), ex);
			return startFailed((ex instanceof StoreException cause) ? Errors.of(cause) : this.runtime.translate(ex));
		}
	}

	/**
	 * Runs something on the timer's thread unless this activation has ended by then.
	 */
	Future<?> after(Duration delay, Runnable task) {
		return this.runtime.schedule(() -> {
			if (!this.closed) {
				task.run();
			}
		}, delay.toNanos());
	}

	void submitLater(TurnQueue.Entry entry, long nanos) {
		after(Duration.ofNanos(nanos), () -> submit(entry));
	}

	private RivetException startFailed(RivetException error) {
		Live live = live();
		live.destroyObject();
		this.refusal = error;
		close();
		live.journal.seal(live.agenda.rowsOfFailedStart(), new ChangeSet.Failed(this.runtime.errorJson(error)),
				new Completion(new CompletableFuture<>()));
		disconnect(STOPPED);
		this.runtime.disconnect(this.id);
		return error;
	}

	/**
	 * Begins a segment: if a change set has failed since the last one, restores the state
	 * that is durable, also of connections.
	 * @return the generation of the segment
	 */
	int beginSegment() {
		Live live = live();
		int generation = live.journal.generation();
		if (live.object().enter(generation)) {
			restoreState();
			live.takeBackConnectionStates();
			live.agenda.forget();
		}
		return generation;
	}

	/**
	 * Returns the state if it is not the newest known.
	 * @param always whether it is returned in any case
	 * @return the state, or {@code null} if nothing changed
	 */
	byte @Nullable [] changedState(boolean always) {
		Journal journal = journal();
		return live().object().changedState(journal.state(), always || journal.unwrittenState() != null);
	}

	/**
	 * Notes what the states of connections were before a segment, in case that it fails.
	 * @param number the number of the newest change set after it
	 * @param before the states, by connection
	 */
	void settleLater(long number, Map<LiveConnection, @Nullable StateCopy> before) {
		connections().unsettled().add(number, before, journal().committed());
	}

	/**
	 * Sets the state to the newest that was handed over, if it is another one.
	 */
	void restoreState() {
		live().object().restore(journal().state());
	}

	Agenda agenda() {
		return live().agenda;
	}

	OwnCalls ownCalls() {
		return this.ownCalls;
	}

	Wakefulness wakefulness() {
		return this.wakefulness;
	}

	/**
	 * Reads rows as the current segment sees them: what is durable, what is on its way
	 * and what the segment itself has written.
	 * @param range which rows
	 * @return the rows in the order of the range
	 */
	List<Row> rows(RowRange range) {
		Turn turn = Turn.current();
		NavigableMap<Comparable<?>, Row> rows = new TreeMap<>();
		List<Row> newer = new ArrayList<>(live().journal.pendingRows());
		if (turn != null && turn.activation() == this) {
			newer.addAll(turn.written());
		}
		newer.removeIf((row) -> !range.contains(row.id()));
		int limit = Math.min(range.limit(), Integer.MAX_VALUE - newer.size()) + newer.size();
		this.runtime.read(() -> this.runtime.store().rows(this.id, range.limitedTo(limit)))
			.forEach((row) -> rows.put(row.id().key(), row));
		for (Row row : newer) {
			if (row.isDeleted()) {
				rows.remove(row.id().key());
			}
			else {
				rows.put(row.id().key(), row);
			}
		}
		return (range.reverse() ? rows.descendingMap() : rows).values().stream().limit(range.limit()).toList();
	}

	ChangeSet.Transition destruction() {
		return new ChangeSet.Destroyed(this.runtime.clock().instant());
	}

	Object bean() {
		return live().object().bean();
	}

	ActorType type() {
		return live().object().type();
	}

	@Nullable ActorType typeIfKnown() {
		Live live = this.live;
		ActorObject object = (live != null) ? live.object : null;
		return (object != null) ? object.type() : null;
	}

	/**
	 * Ends a turn: the actor is gone if it was destroyed, and falls asleep if that was
	 * asked and nothing else is to be done.
	 */
	void turnEnded() {
		Live live = this.live;
		if (this.closed || live == null || live.object == null) {
			return;
		}
		if (live.journal.isDestroyed()) {
			destroyed(null, new CompletableFuture<>());
		}
		else {
			live.agenda.turnEnded();
			this.wakefulness.turnEnded();
		}
	}

	/**
	 * Ends a destroyed actor. What is queued learns of it when it is durable.
	 * @param last what destroys it, if no turn has done so
	 * @param destroyed completes when that is durable
	 */
	private void destroyed(ChangeSet.@Nullable Transition last, CompletableFuture<@Nullable Void> destroyed) {
		this.refusal = Errors.actorNotFound();
		destroyed.whenComplete((nothing, failure) -> {
			if (failure != null) {
				this.refusal = Errors.restarting();
			}
		});
		this.turns.divert(this::divert);
		close();
		endConnections(new CloseReason(CloseReason.NORMAL, ""));
		live().destroyObject();
		live().journal.seal(List.of(), last, new Completion(destroyed));
	}

	private void divert(TurnQueue.Entry entry) {
		this.ended.thenRun(entry::actorGone);
	}

	/**
	 * Closes connections when everything before it is durable.
	 */
	private void endConnections(CloseReason reason) {
		Live live = live();
		try {
			live.journal.add(live.journal.generation(),
					live.openConnections().stream().map((connection) -> connection.closing(reason)).toList());
		}
		catch (StoreException ex) {
			logger.debug("The connections of actor %s close with the actor".formatted(this.id), ex);
		}
	}

	/**
	 * Falls asleep.
	 * @param asked completes when that is durable
	 */
	void sleep(CompletableFuture<@Nullable Void> asked) {
		try {
			fallAsleep(asked);
		}
		catch (RuntimeException ex) {
			logger.error("Actor %s could not fall asleep and is given up".formatted(this.id), ex);
			abandon();
		}
	}

	private void fallAsleep(CompletableFuture<@Nullable Void> asked) {
		Live live = live();
		close();
		List<LiveConnection> staying = live.staying(this.runtime.isRunning());
		live.openConnections().stream().filter((connection) -> !staying.contains(connection)).forEach((connection) -> {
			end(connection);
			connection.leaveAsleep();
		});
		if (!live.journal.isDestroyed()) {
			runSleepHook();
		}
		if (live.journal.isDestroyed()) {
			destroyed(null, new CompletableFuture<>());
			return;
		}
		beginSegment();
		live.destroyObject();
		this.runtime.hibernate(this.id, staying);
		List<Row> last = live.agenda.lastRows();
		this.ended.thenRun(() -> this.runtime.asleep(this.id, live.agenda.alarm()));
		live.journal.seal(last, new ChangeSet.Slept(this.runtime.clock().instant()), new Completion(asked));
	}

	private void end(LiveConnection connection) {
		try {
			live().journal.add(live().journal.generation(), List.of(connection.closing(STOPPED)));
		}
		catch (StoreException ex) {
			logger.debug("A connection of actor %s closes with the actor".formatted(this.id), ex);
		}
	}

	private void runSleepHook() {
		ActorMethod hook = type().lifecycle().onSleep();
		if (hook == null) {
			return;
		}
		Turn turn = new Turn(this, hook, false);
		try {
			turn.beginSegment();
			this.ownCalls.sleep(turn, hook);
			turn.end(null);
		}
		catch (Throwable ex) {
			logger.error("The %s of actor %s failed".formatted(hook, this.id), ex);
			turn.discard();
		}
	}

	/**
	 * Returns whether the actor or its clients want to know of its end.
	 */
	boolean hasFarewell() {
		ActorType type = this.runtime.types().find(live().record.name());
		return (type != null && type.lifecycle().onDestroy() != null) || this.runtime.isHibernating(this.id);
	}

	/**
	 * Begins the end of the actor, which need not be startable for it.
	 * @return why that is not possible, or {@code null} if it is
	 */
	@Nullable RivetException readyToEnd() {
		return this.refusal;
	}

	/**
	 * Destroys the actor in a turn of its own.
	 * @param destroyed completes when that is durable
	 */
	void destroy(CompletableFuture<@Nullable Void> destroyed) {
		if (live().object != null) {
			Turn turn = new Turn(this, null, false);
			try {
				turn.beginSegment();
				turn.destroy();
				turn.end(null);
			}
			catch (RuntimeException ex) {
				logger.warn("Actor %s is destroyed without what its last turn has sent".formatted(this.id), ex);
			}
		}
		destroyed(destruction(), destroyed);
	}

	/**
	 * Ends the waits of senders, which are to go elsewhere.
	 */
	void endWaits() {
		Live live = this.live;
		if (live != null) {
			live.agenda.endWaits();
		}
	}

	/**
	 * Asks the actor to sleep as soon as nothing runs or waits.
	 * @return completes when it does and that is durable, or when this activation has
	 * ended otherwise
	 */
	CompletableFuture<@Nullable Void> askSleep() {
		CompletableFuture<@Nullable Void> asked = this.wakefulness.ask();
		if (this.closed && this.ended.isDone()) {
			asked.complete(null);
		}
		wake();
		return asked;
	}

	/**
	 * Completes when nothing of this activation is written any more, so that the actor
	 * may be claimed anew.
	 */
	CompletableFuture<@Nullable Void> ended() {
		return this.ended;
	}

	AbortSignal abortSignal() {
		return live().abort.signal();
	}

	/**
	 * Lets the signal say that the actor is to end.
	 */
	void abort() {
		live().abort.abort();
	}

	StateChange stateChange(byte[] state) {
		return new StateChanges(this.runtime.stored(), live().journal.state(), state);
	}

	/**
	 * Learns whether a change set was committed whose transaction failed at its commit.
	 * If that cannot be learnt, this activation ends.
	 * @param changes the change set
	 * @return whether it is durable
	 */
	boolean learnOutcome(ChangeSet changes) {
		try {
			return this.runtime.store().isCommitted(changes).join();
		}
		catch (CompletionException ex) {
			abandon();
			return false;
		}
	}

	ActorStore store() {
		return this.runtime.store();
	}

	/**
	 * Notes that a change set was not committed. If this node may not own the actor any
	 * more, or what the start has changed was not committed, this activation ends.
	 * @param cause why
	 */
	void commitFailed(StoreException cause) {
		if (cause.reason() == Reason.LOST_OWNERSHIP || cause.reason() == Reason.OUTCOME_UNKNOWN
				|| !journal().isStarted()) {
			logger.debug("Activation of actor %s ends: %s".formatted(this.id, cause.getMessage()), cause);
			stop();
		}
		else if (cause.reason() == Reason.REJECTED) {
			logger.error("A change of actor %s was rejected by the database".formatted(this.id), cause);
		}
		else {
			logger.warn("A change of actor %s was not committed: %s".formatted(this.id, cause.getMessage()));
		}
		Live live = this.live;
		if (live != null) {
			live.agenda.lookLater();
		}
	}

	/**
	 * Does what is due by now.
	 * @return completes when it is done and durable, or when this activation has ended
	 */
	CompletableFuture<@Nullable Void> runDue() {
		CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
		if (!submit(new RunnableTurn(this, (turn) -> {
			agenda().runDue(done);
			return null;
		}, (turn, failure) -> done.completeExceptionally(failure)))) {
			done.complete(null);
		}
		return done;
	}

	/**
	 * Ends this activation without any further change: what is queued fails, and the next
	 * call claims the actor anew.
	 */
	void stop() {
		if (this.refusal == null) {
			this.refusal = Errors.restarting();
		}
		close();
		end();
	}

	/**
	 * Notes that all callers know of a failure: if this activation has ended with it, its
	 * connections close. The reason promises nothing about calls that still run.
	 */
	void callersTold() {
		if (this.refusal != null) {
			disconnect(STOPPED);
		}
	}

	/**
	 * Closes all connections at once.
	 * @param reason why
	 */
	void disconnect(CloseReason reason) {
		Live live = this.live;
		if (live != null) {
			live.openConnections().forEach((connection) -> connection.end(reason));
		}
	}

	/**
	 * Ends this activation, since ownership is lost or the runtime stops, and gives up
	 * what is not durable.
	 */
	void abandon() {
		stop();
		Live abandoned = this.live;
		if (abandoned != null) {
			abandoned.journal.close(new StoreException(Reason.OUTCOME_UNKNOWN, "The actor was given up", null));
		}
	}

	private void close() {
		this.closed = true;
		this.turns.close();
		this.runtime.closed(this);
		this.wakefulness.close();
		Live live = this.live;
		if (live != null) {
			live.abort.abort();
			live.agenda.close(this.refusal);
		}
		if (this.refusal != null) {
			this.waiting.forEach(Activation::abort);
		}
	}

	/**
	 * Lets the actor be claimed anew.
	 */
	private void end() {
		this.ended.complete(null);
		this.runtime.remove(this);
		this.wakefulness.ended();
	}

	/**
	 * Tells that what the start has changed is durable.
	 */
	private final class Start extends Emission {

		@Override
		void leave() {
			journal().started();
		}

		@Override
		void fail(StoreException cause, boolean guilty, long durable) {
			// this activation has ended with it
		}

	}

	/**
	 * Tells those who wait for the end of the actor.
	 */
	private final class Completion extends Emission {

		private final CompletableFuture<@Nullable Void> future;

		Completion(CompletableFuture<@Nullable Void> future) {
			this.future = future;
		}

		@Override
		void leave() {
			this.future.complete(null);
			end();
		}

		@Override
		void fail(StoreException cause, boolean guilty, long durable) {
			this.future.completeExceptionally(Errors.of(cause));
			end();
		}

	}

	/**
	 * What there is once the actor is claimed.
	 */
	private final class Live {

		private final Journal journal;

		private final TurnContext context;

		private final ActorRecord record;

		private @Nullable Claim claim;

		private final Agenda agenda;

		private volatile @Nullable ActorObject object;

		private volatile @Nullable Connections connections;

		private final AbortController abort = new AbortController();

		private volatile @Nullable RunLoop run;

		Live(Claim claim) {
			this.claim = claim;
			this.record = claim.actor();
			this.agenda = new Agenda(Activation.this.runtime, Activation.this, claim.alarm());
			this.journal = new Journal(Activation.this.runtime.store(), Activation.this, Activation.this.id,
					claim.epoch(), claim.number(), claim.state());
			this.context = new TurnContext(Activation.this.runtime, Activation.this, this.record);
		}

		/**
		 * Makes the object and restores its state.
		 * @return the claim, which is not needed any more afterwards
		 */
		Claim load(ActorType type) {
			Claim claim = Objects.requireNonNull(this.claim);
			ActorObject object = new ActorObject(Activation.this.runtime, type);
			this.object = object;
			byte[] stored = claim.state();
			boolean complete = stored != null && object.read(stored);
			if (complete) {
				this.journal.rebase(object.state());
			}
			else if (!object.isStateless()) {
				this.journal.beginWith(object.state());
			}
			this.claim = null;
			return claim;
		}

		/**
		 * Returns the connections, for the thread that has the turn.
		 */
		Connections connections() {
			Connections known = this.connections;
			if (known == null) {
				known = new Connections();
				this.connections = known;
			}
			return known;
		}

		/**
		 * Takes back what connections' states have changed with change sets that failed.
		 */
		void takeBackConnectionStates() {
			Connections known = this.connections;
			if (known != null) {
				known.unsettled().takeBack(this.journal.committed());
			}
		}

		List<LiveConnection> openConnections() {
			Connections known = this.connections;
			return (known != null) ? known.all() : List.of();
		}

		/**
		 * Takes up the connections whose clients have stayed while the actor slept.
		 */
		void reconnect() {
			for (LiveConnection connection : Activation.this.runtime.hibernating(Activation.this.id)) {
				if (connection.reopen(Activation.this)) {
					connections().restore(connection);
				}
			}
		}

		/**
		 * Says goodbye to clients that have gone while nobody could tell the actor.
		 */
		void forgetGone(Claim claim) {
			if (!claim.hasConnections()) {
				return;
			}
			for (Row row : rows(RowRange.all(Table.CONNECTION))) {
				if (!connections().contains((String) row.id().key())) {
					LiveConnection.gone(Activation.this.runtime, Activation.this, row).leave(true);
				}
			}
		}

		/**
		 * Returns the connections that stay open while the actor sleeps.
		 */
		List<LiveConnection> staying(boolean running) {
			return running ? openConnections().stream().filter(LiveConnection::isHibernatable).toList() : List.of();
		}

		void destroyObject() {
			if (this.object != null) {
				this.object.destroy();
			}
		}

		ActorObject object() {
			return Objects.requireNonNull(this.object);
		}

	}

}
