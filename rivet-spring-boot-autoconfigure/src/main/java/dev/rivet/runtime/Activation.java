package dev.rivet.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.rivet.actor.AbortSignal;
import dev.rivet.actor.AbortedException;
import dev.rivet.client.CloseReason;
import dev.rivet.client.RivetException;
import dev.rivet.store.ActorRecord;
import dev.rivet.store.ActorStore;
import dev.rivet.store.ChangeSet;
import dev.rivet.store.Claim;
import dev.rivet.store.Row;
import dev.rivet.store.StoreException;
import dev.rivet.store.StoreException.Reason;
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

	private volatile @Nullable LiveActor live;

	private final Set<Turn> waiting = ConcurrentHashMap.newKeySet(0);

	private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

	private volatile boolean closed;

	private volatile boolean crashed;

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
		return live().journal();
	}

	TurnContext context() {
		return live().context();
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
		return live().record();
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
		turn.code().abort(new AbortedException("The actor has ended"));
	}

	/**
	 * Returns the connections that are open, in the order of their opening.
	 */
	List<LiveConnection> openConnections() {
		return live().openConnections();
	}

	@Nullable RunLoop runLoop() {
		return live().runLoop();
	}

	ActorStatistics statistics() {
		return this.runtime.statistics(type());
	}

	/**
	 * Returns what there is once the actor is claimed.
	 */
	LiveActor live() {
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
	 * @param type the actor's type if it may run here as far as the actor is concerned
	 * @param action the action that it calls
	 * @return whether it will run
	 */
	boolean submitHere(TurnQueue.Entry call, @Nullable ActorType type, String action) {
		ActorMethod method = (type != null) ? type.actions().get(action) : null;
		return this.turns.submit(call, method != null && !method.mayWait() && threads().isCallerAsGood());
	}

	/**
	 * Lets the actor start, now that it is owned by this node.
	 * @param claim the claim
	 */
	void claimed(Claim claim) {
		this.live = new LiveActor(this.runtime, this, claim);
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
		this.runtime.hibernating().close(this.id);
	}

	/**
	 * Begins a turn: starts the actor if that has not been done.
	 * @return why the actor cannot be used, or {@code null} if it can
	 */
	@Nullable RivetException ready() {
		if (this.refusal == null && !live().isLoaded()) {
			RivetException failure = new StartUp(this.runtime, this, live()).run();
			if (failure != null) {
				startFailed(failure);
			}
			else if (journal().isDestroyed()) {
				turnEnded();
			}
		}
		return this.refusal;
	}

	/**
	 * Runs something on the timer's thread unless this activation has ended by then.
	 */
	Future<?> after(Duration delay, Runnable task) {
		return this.runtime.schedule(() -> {
			if (!this.closed) {
				task.run();
			}
		}, TimeUnit.NANOSECONDS.convert(delay));
	}

	void submitLater(TurnQueue.Entry entry, long nanos) {
		after(Duration.ofNanos(nanos), () -> submit(entry));
	}

	private void startFailed(RivetException error) {
		LiveActor live = live();
		live.destroyObject();
		this.refusal = error;
		close();
		seal(live.journal().generation(), live.agenda().rowsOfFailedStart(),
				new ChangeSet.Failed(this.runtime.errors().json(error)), new CompletableFuture<>());
		disconnect(STOPPED);
		this.runtime.hibernating().close(this.id);
	}

	Agenda agenda() {
		return live().agenda();
	}

	OwnCalls ownCalls() {
		return this.ownCalls;
	}

	Wakefulness wakefulness() {
		return this.wakefulness;
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

	/**
	 * Returns the actor's type once it is claimed, though it may have to start yet.
	 */
	@Nullable ActorType typeIfClaimed() {
		LiveActor live = this.live;
		ActorType type = typeIfKnown();
		return (type != null || live == null) ? type : this.runtime.types().find(live.record().name());
	}

	@Nullable ActorType typeIfKnown() {
		LiveActor live = this.live;
		return (live != null) ? live.typeIfKnown() : null;
	}

	/**
	 * Ends a turn: the actor is gone if it was destroyed, and falls asleep if that was
	 * asked and nothing else is to be done.
	 */
	void turnEnded() {
		LiveActor live = this.live;
		if (this.closed || live == null || !live.isLoaded()) {
			return;
		}
		int generation = live.journal().generation();
		if (live.journal().isDestroyed()) {
			destroyed(generation, null, new CompletableFuture<>());
		}
		else {
			live.agenda().turnEnded();
			this.wakefulness.turnEnded();
		}
	}

	/**
	 * Ends a destroyed actor. What is queued learns of it when it is durable.
	 * @param generation the generation in which it is destroyed
	 * @param last what destroys it, if no turn has done so
	 * @param destroyed completes when that is durable
	 */
	void destroyed(int generation, ChangeSet.@Nullable Transition last, CompletableFuture<@Nullable Void> destroyed) {
		this.refusal = Errors.actorNotFound();
		destroyed.whenComplete((nothing, failure) -> {
			if (failure != null) {
				this.refusal = Errors.restarting();
			}
		});
		this.turns.divert(this::divert);
		close();
		live().end(live().openConnections(), new CloseReason(CloseReason.NORMAL, ""));
		destroyObjectAtEnd();
		seal(generation, List.of(), last, destroyed);
	}

	/**
	 * Writes the last that is written, with which this activation ends.
	 * @param generation the generation in which it was decided what that is
	 * @param rows what changes with it
	 * @param last what becomes of the actor, if that is not said yet
	 * @param sealed completes when it is durable
	 */
	void seal(int generation, List<Row> rows, ChangeSet.@Nullable Transition last,
			CompletableFuture<@Nullable Void> sealed) {
		live().journal().seal(generation, rows, last, new End(sealed));
	}

	private void divert(TurnQueue.Entry entry) {
		this.ended.thenRun(entry::actorGone);
	}

	/**
	 * Falls asleep.
	 * @param asked completes when that is durable
	 */
	void sleep(CompletableFuture<@Nullable Void> asked) {
		new FallingAsleep(this.runtime, this, live()).run(asked);
	}

	/**
	 * Returns whether the actor or its clients want to know of its end.
	 */
	boolean hasFarewell() {
		ActorType type = this.runtime.types().find(live().record().name());
		return (type != null && type.lifecycle().onDestroy() != null) || this.runtime.hibernating().has(this.id);
	}

	/**
	 * Ends the waits of senders, which are to go elsewhere.
	 */
	void endWaits() {
		LiveActor live = this.live;
		if (live != null) {
			live.agenda().endWaits();
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
		return live().abort().signal();
	}

	/**
	 * Lets the signal say that the actor is to end.
	 */
	void abort() {
		live().abort().abort();
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
		LiveActor live = this.live;
		if (live != null) {
			live.agenda().lookLater();
		}
	}

	/**
	 * Does what is due by now.
	 * @return completes when it is done and durable, or when this activation has ended
	 */
	CompletableFuture<@Nullable Void> runDue() {
		CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
		submitDue(done, (turn) -> {
			agenda().runDue(done);
			return null;
		});
		return done;
	}

	/**
	 * Queues a turn that does what is due.
	 * @param done completes when this activation has ended instead, and fails with the
	 * turn
	 * @param code what the turn does
	 */
	void submitDue(CompletableFuture<@Nullable Void> done, RunnableTurn.Code code) {
		boolean accepted = submit(new RunnableTurn(this, code, (turn, failure) -> {
			if (turn != null) {
				done.completeExceptionally(failure);
			}
			else {
				completeAtEnd(done);
			}
		}));
		if (!accepted) {
			completeAtEnd(done);
		}
	}

	private void completeAtEnd(CompletableFuture<@Nullable Void> done) {
		this.ended.thenRun(() -> done.complete(null));
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
		destroyObjectAtEnd();
	}

	/**
	 * Lets the container destroy the object when no turn of it runs or waits any more.
	 */
	private void destroyObjectAtEnd() {
		LiveActor live = this.live;
		if (live != null && !this.crashed) {
			this.turns.atEnd(live::destroyObject);
		}
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
		LiveActor live = this.live;
		if (live != null) {
			live.openConnections().forEach((connection) -> connection.end(reason));
		}
	}

	/**
	 * Gives up this activation as a crash of the process would: nobody tells the object.
	 */
	void crash() {
		this.crashed = true;
		abandon();
	}

	/**
	 * Ends this activation, since ownership is lost or the runtime stops, and gives up
	 * what is not durable.
	 */
	void abandon() {
		stop();
		LiveActor abandoned = this.live;
		if (abandoned != null) {
			abandoned.journal().close(new StoreException(Reason.OUTCOME_UNKNOWN, "The actor was given up", null));
		}
	}

	/**
	 * Takes nothing on any more.
	 */
	void close() {
		this.closed = true;
		this.turns.close();
		this.runtime.directory().closed(this);
		this.wakefulness.close();
		LiveActor live = this.live;
		if (live != null) {
			live.abort().abort();
			live.agenda().close(this.refusal);
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
		this.runtime.directory().remove(this);
		this.wakefulness.ended();
	}

	/**
	 * Tells those who wait for the end of the actor.
	 */
	private final class End extends Completion {

		End(CompletableFuture<@Nullable Void> future) {
			super(future, Errors::of);
		}

		@Override
		void leave() {
			super.leave();
			end();
		}

		@Override
		void fail(Loss loss) {
			super.fail(loss);
			end();
		}

	}

}
