package dev.rivet.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

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
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

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

	private volatile @Nullable Live live;

	private volatile @Nullable CompletableFuture<@Nullable Void> sleepAsked;

	private volatile boolean closed;

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
		close();
		this.refusal = error;
		this.turns.open();
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
		Turn turn = new Turn(this, type.onCreate(), true);
		try {
			Claim claim = live.load(type);
			ActorMethod onCreate = type.onCreate();
			if (claim.state() == null && onCreate != null) {
				turn.beginSegment();
				turn.call(() -> create(live, onCreate, claim));
				turn.end(null);
			}
			return null;
		}
		catch (Throwable ex) {
			logger.error("Actor '%s' with id %s could not be started".formatted(type.name(), this.id), ex);
			return startFailed(this.runtime.translate(ex));
		}
	}

	private @Nullable Object create(Live live, ActorMethod onCreate, Claim claim) throws Throwable {
		ArrayNode args = this.runtime.wire().createArrayNode();
		JsonNode input = this.runtime.readInput(claim.input());
		if (input != null) {
			args.add(input);
		}
		return onCreate.invoke(live.bean(), onCreate.bind(args, live.context, null, null));
	}

	private RivetException startFailed(RivetException error) {
		Live live = live();
		live.destroyBean();
		close();
		String json = this.runtime.errorJson(error);
		try {
			live.journal.add(live.journal.generation(), null, List.of(), new ChangeSet.Failed(json), List.of());
		}
		catch (StoreException ex) {
			logger.warn("The failed start of actor %s could not be noted".formatted(this.id), ex);
		}
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
		CompletableFuture<@Nullable Void> asked = this.sleepAsked;
		if (destroyed) {
			destroyed();
		}
		else if (asked != null && this.turns.closeIfLast()) {
			sleep(asked);
		}
	}

	private void destroyed() {
		this.refusal = Errors.actorNotFound();
		close();
		endConnections(new CloseReason(CloseReason.NORMAL, ""));
		live().destroyBean();
	}

	/**
	 * Closes all connections when everything before it is durable.
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

	private void sleep(CompletableFuture<@Nullable Void> asked) {
		Live live = live();
		endConnections(STOPPED);
		live.openConnections().forEach(LiveConnection::leave);
		live.destroyBean();
		close();
		try {
			live.journal.add(live.journal.generation(), null, List.of(),
					new ChangeSet.Slept(this.runtime.clock().instant()), List.of(new Completion(asked)));
		}
		catch (StoreException ex) {
			logger.warn("The sleep of actor %s could not be noted".formatted(this.id), ex);
		}
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
		this.refusal = Errors.actorNotFound();
		close();
		Live live = live();
		try {
			live.journal.add(live.journal.generation(), null, List.of(), destruction(),
					List.of(new Completion(destroyed)));
		}
		catch (StoreException ex) {
			logger.debug("The destruction failed with an earlier change", ex);
		}
		destroyed();
	}

	/**
	 * Asks the actor to sleep as soon as nothing runs or waits.
	 * @return completes when it does and that is durable, or when this activation has
	 * ended otherwise
	 */
	CompletableFuture<@Nullable Void> askSleep() {
		CompletableFuture<@Nullable Void> asked = new CompletableFuture<>();
		this.sleepAsked = asked;
		if (this.closed) {
			asked.complete(null);
		}
		wake();
		return asked;
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
		this.runtime.remove(this);
		CompletableFuture<@Nullable Void> asked = this.sleepAsked;
		if (asked != null && this.refusal != null) {
			asked.complete(null);
		}
	}

	/**
	 * Tells somebody who waits for the end of the actor.
	 */
	private static final class Completion extends Emission {

		private final CompletableFuture<@Nullable Void> future;

		Completion(CompletableFuture<@Nullable Void> future) {
			this.future = future;
		}

		@Override
		void leave() {
			this.future.complete(null);
		}

		@Override
		void fail(StoreException cause, boolean guilty, long durable) {
			this.future.completeExceptionally(Errors.of(cause));
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

		private int generation;

		Live(Claim claim) {
			this.claim = claim;
			this.record = claim.actor();
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
