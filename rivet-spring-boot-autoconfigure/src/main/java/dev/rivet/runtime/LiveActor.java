package dev.rivet.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

import dev.rivet.actor.AbortController;
import dev.rivet.actor.StateChange;
import dev.rivet.client.CloseReason;
import dev.rivet.store.ActorRecord;
import dev.rivet.store.Claim;
import dev.rivet.store.Row;
import dev.rivet.store.RowRange;
import dev.rivet.store.StoreException;
import dev.rivet.store.Table;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What there is of an actor once its activation is claimed: its object and state, its
 * rows and its connections, as the thread that has the turn sees them.
 */
final class LiveActor {

	private static final Log logger = LogFactory.getLog(LiveActor.class);

	private final ActorRuntime runtime;

	private final Activation activation;

	private final ActorRecord record;

	private final Journal journal;

	private final TurnContext context;

	private final Agenda agenda;

	private final AbortController abort = new AbortController();

	private @Nullable Claim claim;

	private volatile @Nullable ActorObject object;

	private volatile @Nullable Connections connections;

	private volatile @Nullable RunLoop runLoop;

	LiveActor(ActorRuntime runtime, Activation activation, Claim claim) {
		this.runtime = runtime;
		this.activation = activation;
		this.claim = claim;
		this.record = claim.actor();
		this.agenda = new Agenda(runtime, activation, claim.alarm(), claim.rows());
		this.journal = new Journal(runtime.store(), activation, activation.id(), claim.epoch(), claim.number(),
				claim.state());
		this.context = new TurnContext(runtime, activation, this.record);
	}

	ActorRecord record() {
		return this.record;
	}

	Journal journal() {
		return this.journal;
	}

	TurnContext context() {
		return this.context;
	}

	Agenda agenda() {
		return this.agenda;
	}

	AbortController abort() {
		return this.abort;
	}

	/**
	 * Makes the object and restores its state.
	 * @return the claim, which is not needed any more afterwards
	 */
	Claim load(ActorType type) {
		Claim claim = Objects.requireNonNull(this.claim);
		ActorObject object = new ActorObject(this.runtime, type);
		this.object = object;
		object.check();
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

	boolean isLoaded() {
		return this.object != null;
	}

	ActorObject object() {
		return Objects.requireNonNull(this.object);
	}

	@Nullable ActorType typeIfKnown() {
		ActorObject object = this.object;
		return (object != null) ? object.type() : null;
	}

	void destroyObject() {
		if (this.object != null) {
			this.object.destroy();
		}
	}

	@Nullable RunLoop runLoop() {
		return this.runLoop;
	}

	/**
	 * Notes the run loop, now that it begins.
	 */
	RunLoop begin(RunLoop runLoop) {
		this.runLoop = runLoop;
		return runLoop;
	}

	/**
	 * Begins a segment: if a change set has failed since the last one, restores the state
	 * that is durable, also of connections.
	 * @return the generation of the segment
	 */
	int beginSegment() {
		int generation = this.journal.generation();
		if (object().enter(generation)) {
			restoreState();
			takeBackConnectionStates();
			this.agenda.forget();
		}
		return generation;
	}

	/**
	 * Returns the state if it is not the newest known.
	 * @param always whether it is returned in any case
	 * @return the state, or {@code null} if nothing changed
	 */
	byte @Nullable [] changedState(boolean always) {
		return object().changedState(this.journal.state(), always || this.journal.unwrittenState() != null);
	}

	StateChange stateChange(byte[] state) {
		return new StateChanges(this.runtime.stored(), this.journal.state(), state);
	}

	/**
	 * Sets the state to the newest that was handed over, if it is another one.
	 */
	void restoreState() {
		object().restore(this.journal.state());
	}

	/**
	 * Notes what the states of connections were before a segment, in case that it fails.
	 * @param number the number of the newest change set after it
	 * @param before the states, by connection
	 */
	void settleLater(long number, Map<LiveConnection, @Nullable StateCopy> before) {
		connections().unsettled().add(number, before, this.journal.committed());
	}

	/**
	 * Takes back what connections' states have changed with change sets that failed.
	 */
	private void takeBackConnectionStates() {
		Connections known = this.connections;
		if (known != null) {
			known.unsettled().takeBack(this.journal.committed(), this.journal.newest());
		}
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
		List<Row> newer = new ArrayList<>(this.journal.pendingRows());
		if (turn != null && turn.activation() == this.activation) {
			newer.addAll(turn.written());
		}
		newer.removeIf((row) -> !range.contains(row.id()));
		int limit = Math.min(range.limit(), Integer.MAX_VALUE - newer.size()) + newer.size();
		this.runtime.lookups()
			.await(() -> this.runtime.store().rows(this.activation.id(), range.limitedTo(limit)))
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
	 * Returns the connections that are open, in the order of their opening.
	 */
	List<LiveConnection> openConnections() {
		Connections known = this.connections;
		return (known != null) ? known.all() : List.of();
	}

	/**
	 * Takes up the connections whose clients have stayed while the actor slept.
	 */
	void reconnect() {
		for (LiveConnection connection : this.runtime.hibernating().take(this.activation.id())) {
			if (connection.reopen(this.activation)) {
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
				LiveConnection.gone(this.runtime, this.activation, row).leave(true);
			}
		}
	}

	/**
	 * Returns the connections that stay open while the actor sleeps.
	 */
	List<LiveConnection> staying() {
		return this.runtime.isRunning() ? openConnections().stream().filter(LiveConnection::isHibernatable).toList()
				: List.of();
	}

	/**
	 * Closes connections when everything before it is durable.
	 */
	void end(List<LiveConnection> connections, CloseReason reason) {
		try {
			this.journal.add(this.journal.generation(),
					connections.stream().map((connection) -> connection.closing(reason)).toList());
		}
		catch (StoreException ex) {
			logger.debug("Connections of actor %s close with the actor".formatted(this.activation.id()), ex);
		}
	}

}
