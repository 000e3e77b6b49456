package dev.rivet.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.rivet.actor.AbortController;
import dev.rivet.actor.AbortSignal;
import dev.rivet.actor.FireInfo;
import dev.rivet.actor.QueueMessage;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

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

	/**
	 * As RivetKit's engine waits for an actor to start.
	 */
	private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

	private static final long LOOK_PAUSE = TimeUnit.SECONDS.toNanos(1);

	private static final long DUE_PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

	private static final Duration RETRY_OF_START = Duration.ofMinutes(1);

	private static final ArrayNode NO_ARGUMENTS = JsonNodeFactory.instance.arrayNode();

	private final ActorRuntime runtime;

	private final String id;

	private final TurnQueue turns;

	private volatile @Nullable Live live;

	private volatile @Nullable CompletableFuture<@Nullable Void> sleepAsked;

	private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

	private volatile boolean closed;

	private volatile long lastTurn = System.nanoTime();

	private volatile @Nullable Future<?> idleCheck;

	private volatile @Nullable RivetException refusal;

	Activation(ActorRuntime runtime, String id) {
		this.runtime = runtime;
		this.id = id;
		this.turns = new TurnQueue(runtime.threads());
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
			checkIdleLater(type.options(), type.options().sleepTimeout().toNanos());
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
					turnEnded(false);
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
		if (this.refusal == null && live().bean == null) {
			this.refusal = start();
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
					run(turn, Objects.requireNonNull(hooks.onCreate()), input(claim), START_TIMEOUT);
				}
				live.reconnect();
				run(turn, hooks.onWake(), NO_ARGUMENTS, START_TIMEOUT);
				if (scheduled) {
					schedules().declare(turn, type.jobs());
				}
				turn.end(null);
			}
			else {
				live.reconnect();
			}
			live.forgetGone(claim);
			for (LiveConnection connection : live.openConnections()) {
				connection.retakeSocket(new Turn(this, null, true));
			}
			if (live.schedules != null) {
				live.schedules.arm();
			}
			if (type.queues().hasListeners()) {
				mailbox().handleNext();
			}
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

	private ArrayNode input(Claim claim) {
		ArrayNode args = this.runtime.wire().createArrayNode();
		JsonNode input = this.runtime.readInput(claim.input());
		if (input != null) {
			args.add(input);
		}
		return args;
	}

	/**
	 * Runs a hook as part of a turn.
	 * @throws Throwable what it threw, or that it took too long
	 */
	private void run(Turn turn, @Nullable ActorMethod hook, ArrayNode args, Duration timeout) throws Throwable {
		if (hook != null) {
			call(turn, hook, hook.bind(args, context(), null, null), timeout);
		}
	}

	/**
	 * Interrupts a turn when a hook takes too long.
	 */
	Future<?> limit(Turn turn, ActorMethod hook, Duration timeout) {
		return this.runtime.schedule(() -> turn.interrupt(Errors.hookTimedOut(hook)), timeout.toNanos());
	}

	Duration lifecycleTimeout() {
		return this.runtime.lifecycleTimeout();
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
		live.destroyBean();
		this.refusal = error;
		close();
		List<Row> later = (live.alarm != null) ? List.of(alarm(this.runtime.clock().instant().plus(RETRY_OF_START)))
				: List.of();
		live.journal.seal(later, new ChangeSet.Failed(this.runtime.errorJson(error)),
				new Completion(new CompletableFuture<>()));
		disconnect(STOPPED);
		this.runtime.disconnect(this.id);
		return error;
	}

	/**
	 * Begins a segment: if a change set has failed since the last one, restores the state
	 * that is durable.
	 * @return the generation of the segment
	 */
	int beginSegment() {
		Live live = live();
		int generation = live.journal.generation();
		if (generation != live.generation) {
			live.generation = generation;
			restoreState();
			forgetRows();
		}
		return generation;
	}

	/**
	 * Returns the state if it is not the newest known.
	 * @param always whether it is returned in any case
	 * @return the state, or {@code null} if nothing changed
	 */
	byte @Nullable [] changedState(boolean always) {
		Live live = live();
		ActorType type = live.type();
		if (type.state().isEmpty() && !always) {
			return null;
		}
		byte[] state = type.state().write(live.target(), live.unknown);
		return (always || !Arrays.equals(state, live.journal.state())) ? state : null;
	}

	/**
	 * Sets the state to the newest that was handed over, if it is another one.
	 */
	void restoreState() {
		Live live = live();
		byte[] newest = live.journal.state();
		if (newest == null || live.type().state().isEmpty() || isUnchanged(live, newest)) {
			return;
		}
		live.unknown = live.type().state().read(live.target(), newest);
	}

	private boolean isUnchanged(Live live, byte[] newest) {
		try {
			return Arrays.equals(live.type().state().write(live.target(), live.unknown), newest);
		}
		catch (UnserialisableStateException ex) {
			return false;
		}
	}

	/**
	 * Forgets what is remembered of rows, since some of it did not come about.
	 */
	void forgetRows() {
		Mailbox mailbox = live().mailbox;
		if (mailbox != null) {
			mailbox.forget();
		}
		if (live().schedules != null) {
			live().schedules.forget();
		}
		live().alarm = null;
	}

	Schedules schedules() {
		Live live = live();
		Schedules known = live.schedules;
		if (known == null) {
			known = new Schedules(this.runtime, this);
			live.schedules = known;
		}
		return known;
	}

	/**
	 * Sees to it that the actor is woken in time should it be forgotten, when a segment
	 * has written rows. It may be woken in vain, too.
	 */
	void lowerAlarm(Turn turn) {
		Live live = live();
		Instant stored = live.alarm;
		if (stored != null && !stored.isAfter(this.runtime.clock().instant())) {
			return;
		}
		Instant needed = live.wakeAt();
		if (needed != null && (stored == null || needed.isBefore(stored))) {
			live.alarm = needed;
			live.hadAlarm = true;
			turn.write(alarm(needed));
		}
	}

	private static Row alarm(Instant at) {
		return Row.of(Table.ALARM, "", at.toEpochMilli());
	}

	/**
	 * Runs the action of a job.
	 */
	void callScheduled(Turn turn, ActorMethod action, ArrayNode args, FireInfo info) throws Throwable {
		String transactionName = action.transactionName();
		if (transactionName != null) {
			turn.useTransaction(transactionName);
		}
		call(turn, action, action.bind(args, context(), null, info), type().options().actionTimeout());
	}

	Mailbox mailbox() {
		Live live = live();
		Mailbox known = live.mailbox;
		if (known == null) {
			known = new Mailbox(this.runtime, this);
			live.mailbox = known;
		}
		return known;
	}

	/**
	 * Calls the listener of a queue.
	 */
	@Nullable Object callListener(Turn turn, ActorMethod listener, QueueMessage message, JsonNode body) throws Throwable {
		ArrayNode args = this.runtime.wire().createArrayNode();
		if (listener.businessParameters() > 0) {
			args.add(body);
		}
		return call(turn, listener, listener.bind(args, context(), null, message), type().options().actionTimeout());
	}

	private @Nullable Object call(Turn turn, ActorMethod method, @Nullable Object[] values, Duration timeout)
			throws Throwable {
		Future<?> timer = limit(turn, method, timeout);
		try {
			Object result = invoke(turn, method, values);
			RuntimeException interruption = turn.interruption();
			if (interruption != null) {
				throw interruption;
			}
			return result;
		}
		finally {
			timer.cancel(false);
		}
	}

	/**
	 * Invokes a method that has no caller.
	 */
	@Nullable Object invoke(Turn turn, ActorMethod method, @Nullable Object[] values) throws Throwable {
		// the thread may be that of a caller whose turn came before
		return turn.call(() -> this.runtime.as(null, () -> {
			Object returned = method.invoke(bean(), values);
			return (returned instanceof CompletionStage<?> stage) ? turn.await(stage) : returned;
		}));
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
		return live().bean();
	}

	ActorType type() {
		return live().type();
	}

	@Nullable ActorType typeIfKnown() {
		Live live = this.live;
		return (live != null) ? live.type : null;
	}

	/**
	 * Ends a turn: the actor is gone if it was destroyed, and falls asleep if that was
	 * asked and nothing else is to be done.
	 * @param destroyed whether the turn destroyed the actor
	 */
	void turnEnded(boolean destroyed) {
		if (this.closed) {
			return;
		}
		this.lastTurn = System.nanoTime();
		if (live().mailbox != null && !destroyed) {
			live().mailbox.takeBack();
		}
		if (destroyed) {
			destroyed();
		}
		else if (this.sleepAsked != null) {
			sleepIfLast(this.sleepAsked);
		}
	}

	private void destroyed() {
		this.refusal = Errors.actorNotFound();
		close();
		endConnections(new CloseReason(CloseReason.NORMAL, ""));
		live().destroyBean();
		live().journal.seal(List.of(), null, new Completion(new CompletableFuture<>()));
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
	 * Looks whether the actor is idle, and again later if it is not.
	 */
	private void checkIdle() {
		ActorOptions options = Objects.requireNonNull(this.runtime.types().find(record().name())).options();
		Duration timeout = options.sleepTimeout();
		long left = timeout.toNanos() - (System.nanoTime() - this.lastTurn);
		if (left > 0) {
			checkIdleLater(options, left);
			return;
		}
		if (isIdle()) {
			submit(new TurnQueue.Entry() {

				@Override
				public void run() {
					if (!Activation.this.closed && isIdle()) {
						askSleep();
					}
				}

			});
		}
		checkIdleLater(options, timeout.toNanos());
	}

	private void checkIdleLater(ActorOptions options, long nanos) {
		if (!options.noSleep() && !this.closed) {
			this.idleCheck = after(Duration.ofNanos(nanos), this::checkIdle);
		}
	}

	private boolean isIdle() {
		Live live = live();
		RunLoop run = live.run;
		return !live.preventSleep && live.keptAwake.get() == 0 && (run == null || run.isIdle())
				&& this.turns.isLastBut((run != null && !run.hasEnded()) ? 1 : 0)
				&& live.openConnections().stream().allMatch(LiveConnection::isHibernatable);
	}

	private void sleepIfLast(CompletableFuture<@Nullable Void> asked) {
		Live live = live();
		if (live.mailbox != null) {
			live.mailbox.endWaits();
		}
		RunLoop run = live.run;
		boolean looping = run != null && !run.hasEnded();
		if (!this.turns.isLastBut(looping ? 1 : 0)) {
			return;
		}
		live.abort.abort();
		if (looping) {
			Objects.requireNonNull(run).stop(type().options().runStopTimeout());
			return;
		}
		if (waitsForBackground(live)) {
			return;
		}
		if (this.turns.closeIfLast()) {
			try {
				sleep(asked);
			}
			catch (RuntimeException ex) {
				logger.error("Actor %s could not fall asleep and is given up".formatted(this.id), ex);
				abandon();
			}
		}
	}

	/**
	 * Lets background work end before the actor sleeps.
	 */
	private boolean waitsForBackground(Live live) {
		if (live.background.isEmpty() || live.backgroundTimedOut) {
			return false;
		}
		if (!live.waitsForBackground) {
			live.waitsForBackground = true;
			CompletableFuture<?>[] work = live.background.toArray(CompletableFuture[]::new);
			Duration timeout = type().options().waitUntilTimeout();
			CompletableFuture.allOf(work).whenComplete((nothing, failure) -> wake());
			after(timeout, () -> {
				live.backgroundTimedOut = true;
				wake();
			});
		}
		return true;
	}

	private void sleep(CompletableFuture<@Nullable Void> asked) {
		Live live = live();
		close();
		List<LiveConnection> staying = live.staying(this.runtime.isRunning());
		live.openConnections().stream().filter((connection) -> !staying.contains(connection)).forEach((connection) -> {
			end(connection);
			connection.leave();
		});
		runSleepHook(live);
		live.destroyBean();
		this.runtime.hibernate(this.id, staying);
		List<Row> last = live.lastRows();
		this.ended.thenRun(() -> this.runtime.asleep(this.id, live.alarm));
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

	private void runSleepHook(Live live) {
		ActorMethod hook = live.type().lifecycle().onSleep();
		if (hook == null) {
			return;
		}
		Turn turn = new Turn(this, hook, false);
		try {
			turn.beginSegment();
			run(turn, hook, NO_ARGUMENTS, lifecycleTimeout());
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
		Live live = live();
		if (live.bean != null) {
			Turn turn = new Turn(this, null, false);
			try {
				turn.beginSegment();
				turn.destroy();
				turn.end(new Completion(destroyed));
			}
			catch (StoreException ex) {
				logger.debug("The destruction failed with an earlier change", ex);
			}
			destroyed();
			return;
		}
		this.refusal = Errors.actorNotFound();
		close();
		live.journal.seal(List.of(), destruction(), new Completion(destroyed));
	}

	/**
	 * Asks the actor to sleep as soon as nothing runs or waits.
	 * @return completes when it does and that is durable, or when this activation has
	 * ended otherwise
	 */
	CompletableFuture<@Nullable Void> askSleep() {
		CompletableFuture<@Nullable Void> asked = this.sleepAsked;
		if (asked == null) {
			asked = new CompletableFuture<>();
			this.sleepAsked = asked;
		}
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

	@Nullable RunLoop runLoop() {
		return live().run;
	}

	void setPreventSleep(boolean prevent) {
		live().preventSleep = prevent;
	}

	<T> CompletionStage<T> keepAwake(CompletionStage<T> stage) {
		Live live = live();
		live.keptAwake.incrementAndGet();
		return stage.whenComplete((result, failure) -> {
			this.lastTurn = System.nanoTime();
			live.keptAwake.decrementAndGet();
		});
	}

	void waitUntil(CompletionStage<?> work) {
		Live live = live();
		CompletableFuture<?> future = work.toCompletableFuture();
		live.background.add(future);
		future.whenComplete((result, failure) -> {
			live.background.remove(future);
			if (failure != null) {
				logger.error("Background work of actor %s failed".formatted(this.id), failure);
			}
		});
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
	 * more, this activation ends.
	 * @param cause why
	 */
	void commitFailed(StoreException cause) {
		if (cause.reason() == Reason.LOST_OWNERSHIP || cause.reason() == Reason.OUTCOME_UNKNOWN) {
			logger.debug("Activation of actor %s ends: %s".formatted(this.id, cause.getMessage()), cause);
			stop();
		}
		else if (cause.reason() == Reason.REJECTED) {
			logger.error("A change of actor %s was rejected by the database".formatted(this.id), cause);
		}
		else {
			logger.warn("A change of actor %s was not committed: %s".formatted(this.id, cause.getMessage()));
		}
		lookLater();
	}

	/**
	 * Lets messages be received and jobs be run that were thought to be.
	 */
	void lookLater() {
		Live live = this.live;
		if (live != null && (live.mailbox != null || live.schedules != null)) {
			submitLater(new RunnableTurn(this, (turn) -> {
				if (live.mailbox != null) {
					live.mailbox.arrived();
				}
				if (live.schedules != null) {
					live.schedules.arm();
				}
				return null;
			}, (turn, failure) -> lookLater()), LOOK_PAUSE);
		}
	}

	/**
	 * Does what is due by now.
	 * @return completes when it is done and durable, or when this activation has ended
	 */
	CompletableFuture<@Nullable Void> runDue() {
		CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
		runDue(done);
		return done;
	}

	private void runDue(CompletableFuture<@Nullable Void> done) {
		boolean accepted = submit(new RunnableTurn(this, (turn) -> {
			Live live = live();
			boolean busy = false;
			if (live.schedules != null) {
				live.schedules.arm();
				busy = live.schedules.isBusy();
			}
			if (live.mailbox != null) {
				live.mailbox.handleNext();
				busy |= live.mailbox.isHandling();
			}
			if (busy) {
				this.runtime.schedule(() -> runDue(done), DUE_PAUSE);
				return null;
			}
			return new Emission() {

				@Override
				void leave() {
					done.complete(null);
				}

				@Override
				void fail(StoreException cause, boolean guilty, long durable) {
					runDue(done);
				}

			};
		}, (turn, failure) -> done.completeExceptionally(failure)));
		if (!accepted) {
			done.complete(null);
		}
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
		if (this.closed) {
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
		Future<?> idleCheck = this.idleCheck;
		if (idleCheck != null) {
			idleCheck.cancel(false);
		}
		Live live = this.live;
		if (live != null) {
			live.abort.abort();
			if (live.mailbox != null) {
				live.mailbox.close();
			}
			if (live.schedules != null) {
				live.schedules.close();
			}
		}
	}

	/**
	 * Lets the actor be claimed anew.
	 */
	private void end() {
		this.ended.complete(null);
		this.runtime.remove(this);
		CompletableFuture<@Nullable Void> asked = this.sleepAsked;
		if (asked != null) {
			asked.complete(null);
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

		private @Nullable ActorType type;

		private @Nullable Object bean;

		private @Nullable Object target;

		private volatile @Nullable Connections connections;

		private Map<String, JsonNode> unknown = Map.of();

		private final AbortController abort = new AbortController();

		private final AtomicInteger keptAwake = new AtomicInteger();

		private final Set<CompletableFuture<?>> background = ConcurrentHashMap.newKeySet(0);

		private volatile @Nullable RunLoop run;

		private volatile @Nullable Mailbox mailbox;

		private volatile @Nullable Schedules schedules;

		private volatile @Nullable Instant alarm;

		private boolean hadAlarm;

		private volatile boolean preventSleep;

		private boolean waitsForBackground;

		private volatile boolean backgroundTimedOut;

		private int generation;

		Live(Claim claim) {
			this.claim = claim;
			this.record = claim.actor();
			this.alarm = claim.alarm();
			this.hadAlarm = claim.alarm() != null;
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
			this.type = type;
			Object made = Activation.this.runtime.instantiate(type);
			this.target = ActorInstances.target(made);
			this.bean = made;
			byte[] stored = claim.state();
			if (stored != null) {
				this.unknown = type.state().read(this.target, stored);
			}
			if (!type.state().isEmpty()) {
				this.journal.rebase(type.state().write(this.target, this.unknown));
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
					LiveConnection.gone(Activation.this.runtime, Activation.this, row).leave();
				}
			}
		}

		/**
		 * Returns the connections that stay open while the actor sleeps.
		 */
		List<LiveConnection> staying(boolean running) {
			return running ? openConnections().stream().filter(LiveConnection::isHibernatable).toList() : List.of();
		}

		/**
		 * Returns what is written when the actor falls asleep.
		 */
		List<Row> lastRows() {
			if (!this.hadAlarm) {
				return List.of();
			}
			schedules();
			mailbox();
			try {
				Instant needed = wakeAt();
				this.alarm = needed;
				return List.of((needed != null) ? Activation.alarm(needed) : Row.deleted(Table.ALARM, ""));
			}
			catch (RuntimeException ex) {
				logger.warn("Actor %s may wake in vain, since its alarms could not be read".formatted(this.record.id()),
						ex);
				return List.of();
			}
		}

		/**
		 * Returns when the actor has to wake, as far as that is known here.
		 */
		@Nullable Instant wakeAt() {
			Instant job = (this.schedules != null) ? this.schedules.wakeAt() : null;
			Instant message = (this.mailbox != null) ? this.mailbox.wakeAt() : null;
			return (job == null || (message != null && message.isBefore(job))) ? message : job;
		}

		void destroyBean() {
			if (this.bean != null && this.type != null) {
				Activation.this.runtime.destroyBean(this.type, this.bean);
			}
		}

		ActorType type() {
			return Objects.requireNonNull(this.type);
		}

		Object bean() {
			return Objects.requireNonNull(this.bean);
		}

		Object target() {
			return Objects.requireNonNull(this.target);
		}

	}

}
