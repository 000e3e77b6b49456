package dev.rivet.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.rivet.runtime.Emission.Loss;
import dev.rivet.store.ActorStore;
import dev.rivet.store.ChangeSet;
import dev.rivet.store.Row;
import dev.rivet.store.StoreException;
import dev.rivet.store.StoreException.Reason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What one activation has changed and what it wants to send, and the order between both:
 * the actor's commit horizon.
 * <p>
 * Every segment that changed something is a change set with the next number. One change
 * set is on its way to the store at a time; those of later segments are merged into one
 * that follows it, so that a failure never leaves a later change durable without the
 * earlier ones. Everything that is sent carries the number of the newest change set at
 * that time and leaves, in order, when that one is durable; if nothing is on its way, it
 * leaves at once.
 * <p>
 * The change set of a turn whose thread will only wait for it may be held until the turn
 * is free, so that the thread can {@linkplain #commitHeld commit it itself}. That is the
 * fastest for calls that come one after the other. Where calls meet, it would keep their
 * change sets small, so none is held for a while.
 * <p>
 * When a change set fails, everything that ran on it fails too: the generation is raised,
 * so that a segment that began before cannot be added any more, and the activation
 * restores the last durable state. Its number is never used again. All fields are guarded
 * by the monitor of this object; nothing leaves while it is held, and only one thread at
 * a time lets things leave.
 */
final class Journal {

	private static final Log logger = LogFactory.getLog(Journal.class);

	/**
	 * How many change sets in a row have to be alone before one is held again: enough to
	 * tell a pause between calls that meet from calls that do not.
	 */
	private static final int CROWDED = 16;

	private final ActorStore store;

	private final Activation activation;

	private final String actorId;

	private final long epoch;

	private final ArrayDeque<Emission> outbox = new ArrayDeque<>(2);

	private boolean delivering;

	private long newest;

	private long durable;

	private long committed;

	private byte @Nullable [] newestState;

	private byte @Nullable [] durableState;

	private byte @Nullable [] initialState;

	private boolean started;

	private boolean destroyed;

	private @Nullable ChangeSet onItsWay;

	private @Nullable ChangeSet held;

	private @Nullable ChangeSet following;

	private Rows followingRows = new Rows();

	private int crowdedFor;

	private int generation;

	private boolean closed;

	Journal(ActorStore store, Activation activation, String actorId, long epoch, long number, byte @Nullable [] state) {
		this.store = store;
		this.activation = activation;
		this.actorId = actorId;
		this.epoch = epoch;
		this.newest = number;
		this.durable = number;
		this.committed = number;
		this.newestState = state;
		this.durableState = state;
	}

	/**
	 * Sets what later states are compared with, without a change: the stored state as it
	 * is written again, so that a map's order is no change.
	 * @param state the state
	 */
	synchronized void rebase(byte[] state) {
		this.newestState = state;
		this.durableState = state;
	}

	/**
	 * Sets what the state is at first, though it is not stored like this: some of it
	 * comes from initialisers, which may give something else the next time. It is a
	 * change of the next segment.
	 * @param state the state
	 */
	synchronized void beginWith(byte[] state) {
		this.initialState = state;
		this.newestState = null;
		this.durableState = null;
	}

	/**
	 * Notes that what the start has changed is durable. Should a change set fail before,
	 * the activation ends, so that the start is made anew.
	 */
	synchronized void started() {
		this.started = true;
	}

	synchronized boolean isStarted() {
		return this.started;
	}

	synchronized int generation() {
		return this.generation;
	}

	/**
	 * Returns whether the newest change set destroys the actor. What is changed after it
	 * is of no account.
	 */
	synchronized boolean isDestroyed() {
		return this.destroyed;
	}

	/**
	 * Returns the state after the newest change set.
	 */
	synchronized byte @Nullable [] state() {
		return (this.newestState != null) ? this.newestState : this.initialState;
	}

	/**
	 * Returns the state if no change set holds it yet.
	 */
	synchronized byte @Nullable [] unwrittenState() {
		return (this.newestState == null) ? this.initialState : null;
	}

	/**
	 * Returns the rows that were handed over and are not known to be durable, the last
	 * ones last.
	 */
	synchronized List<Row> pendingRows() {
		List<Row> rows = new ArrayList<>();
		if (this.onItsWay != null) {
			rows.addAll(this.onItsWay.rows());
		}
		if (this.following != null) {
			rows.addAll(this.following.rows());
		}
		return rows;
	}

	synchronized long newest() {
		return this.newest;
	}

	synchronized long durable() {
		return this.durable;
	}

	/**
	 * Returns the number of the newest change set that was committed; those between it
	 * and {@link #durable()} have failed.
	 */
	synchronized long committed() {
		return this.committed;
	}

	/**
	 * Adds what a segment has changed and what it sends.
	 * @param generation the generation in which the segment began
	 * @param state the new state, or {@code null} if it did not change
	 * @param rows what the segment writes beside the state
	 * @param transition what becomes of the actor, if anything
	 * @param emissions what the segment sends
	 * @param hold whether a change set that need not wait for another is held
	 * @return the number of the newest change set
	 */
	long add(int generation, byte @Nullable [] state, Collection<Row> rows, ChangeSet.@Nullable Transition transition,
			List<Emission> emissions, boolean hold) {
		ChangeSet next;
		long number;
		synchronized (this) {
			next = takeHeld();
			if (this.closed || generation != this.generation) {
				number = -1;
			}
			else {
				if (!this.destroyed && (state != null || transition != null || !rows.isEmpty())) {
					this.destroyed = transition instanceof ChangeSet.Destroyed;
					ChangeSet first = append(state, rows, transition);
					if (hold && this.crowdedFor == 0) {
						this.held = first;
					}
					else if (first != null) {
						next = first;
					}
				}
				number = this.newest;
				for (Emission emission : emissions) {
					emission.horizon = number;
					this.outbox.add(emission);
				}
			}
		}
		if (next != null) {
			commit(next, false);
		}
		if (number < 0) {
			StoreException cause = new StoreException(Reason.LOST_OWNERSHIP, "An earlier change was not committed",
					null);
			Loss loss = new Loss(cause, durable());
			emissions.forEach((emission) -> giveUp(emission, loss));
			throw cause;
		}
		deliver();
		return number;
	}

	/**
	 * Adds emissions alone.
	 */
	long add(int generation, List<Emission> emissions) {
		return add(generation, null, List.of(), null, emissions, false);
	}

	/**
	 * Commits the change set that is held, if one is.
	 * @param here whether the calling thread has nothing to do but wait for it
	 */
	void commitHeld(boolean here) {
		ChangeSet changes = takeHeld();
		if (changes != null) {
			commit(changes, here);
		}
	}

	private synchronized @Nullable ChangeSet takeHeld() {
		ChangeSet changes = this.held;
		this.held = null;
		return changes;
	}

	/**
	 * Adds the last change set and refuses everything that may come after it.
	 * @param generation the generation in which it was decided what is written
	 * @param rows what is written with it
	 * @param transition what becomes of the actor, if that is not said yet
	 * @param emission tells that it is durable, or that it is not
	 */
	void seal(int generation, Collection<Row> rows, ChangeSet.@Nullable Transition transition, Emission emission) {
		try {
			add(generation, null, rows, transition, List.of(emission), false);
		}
		catch (StoreException ex) {
			// the emission has failed with it
		}
		synchronized (this) {
			this.closed = true;
		}
	}

	private @Nullable ChangeSet append(byte @Nullable [] state, Collection<Row> rows,
			ChangeSet.@Nullable Transition transition) {
		this.newest++;
		if (state != null) {
			this.newestState = state;
		}
		if (this.onItsWay == null) {
			this.onItsWay = new ChangeSet(this.actorId, this.epoch, this.newest, state, List.copyOf(rows), transition);
			return this.onItsWay;
		}
		ChangeSet before = this.following;
		byte[] merged = (state == null && before != null) ? before.state() : state;
		if (before == null) {
			this.followingRows = new Rows();
		}
		rows.forEach(this.followingRows::add);
		this.following = new ChangeSet(this.actorId, this.epoch, this.newest, merged, this.followingRows.all(),
				transition);
		return null;
	}

	private void commit(ChangeSet changes, boolean here) {
		(here ? this.store.commitHere(changes) : this.store.commit(changes)).whenComplete((nothing, failure) -> {
			if (failure == null) {
				committed(changes);
			}
			else {
				failed(StoreErrors.of(failure));
			}
		});
	}

	private void committed(ChangeSet changes) {
		synchronized (this) {
			if (this.onItsWay != changes) {
				return;
			}
			this.durable = changes.number();
			this.committed = changes.number();
			if (changes.state() != null) {
				this.durableState = changes.state();
				this.initialState = null;
			}
			this.crowdedFor = (this.following != null) ? CROWDED : Math.max(this.crowdedFor - 1, 0);
			if (this.following == null) {
				this.onItsWay = null;
			}
		}
		deliver();
		commitFollowing(changes);
	}

	/**
	 * Commits what was merged meanwhile. Since that includes what came while the answers
	 * before it left, there are fewer and larger commits.
	 */
	private void commitFollowing(ChangeSet before) {
		ChangeSet next;
		synchronized (this) {
			next = this.following;
			if (this.onItsWay != before || next == null) {
				return;
			}
			this.onItsWay = next;
			this.following = null;
		}
		commit(next, false);
	}

	/**
	 * Gives up everything that is not durable.
	 * @param cause why
	 */
	void failed(StoreException cause) {
		List<Emission> lost;
		Loss loss;
		synchronized (this) {
			loss = lossBy(cause);
			this.generation++;
			this.durable = this.newest;
			this.newestState = this.durableState;
			this.destroyed = false;
			this.onItsWay = null;
			this.held = null;
			this.following = null;
			lost = new ArrayList<>(this.outbox);
			for (Emission emission : lost) {
				emission.loss = loss;
			}
			this.outbox.clear();
			this.closed |= !this.started || cause.reason() == Reason.LOST_OWNERSHIP
					|| cause.reason() == Reason.OUTCOME_UNKNOWN;
		}
		this.activation.commitFailed(cause);
		lost.forEach((emission) -> giveUp(emission, loss));
		this.activation.callersTold();
	}

	private Loss lossBy(StoreException cause) {
		boolean unrepeatable = Errors.isInternal(Errors.of(cause));
		return new Loss(cause, (unrepeatable && this.onItsWay != null) ? this.onItsWay.number() : this.durable);
	}

	/**
	 * Returns why something does not leave.
	 * @return {@code null} if it has left or may still do so
	 */
	synchronized @Nullable Loss lossOf(Emission emission) {
		return emission.loss;
	}

	/**
	 * Waits, without giving the turn away, until nothing is on its way to the store.
	 * @param generation the generation in which the segment that waits began
	 * @throws StoreException if what was on its way since then was not committed
	 */
	void awaitSettled(int generation) {
		Waiting.await(settled(generation));
	}

	/**
	 * Completes when what was handed over is durable and what it sends has left, or fails
	 * with it.
	 */
	CompletableFuture<@Nullable Void> settled() {
		return settled(generation());
	}

	private CompletableFuture<@Nullable Void> settled(int generation) {
		CompletableFuture<@Nullable Void> settled = new CompletableFuture<>();
		try {
			add(generation, List.of(new Completion(settled, (cause) -> cause)));
		}
		catch (StoreException ex) {
			// it has failed with it
		}
		return settled;
	}

	/**
	 * Returns a change set for a transaction of the application; nothing else may be on
	 * its way.
	 * @param state the new state, or {@code null} if it did not change
	 * @param rows what is written beside the state
	 * @return the change set
	 */
	ChangeSet joining(byte @Nullable [] state, Collection<Row> rows) {
		return new ChangeSet(this.actorId, this.epoch, newest() + 1, state, List.copyOf(rows), null);
	}

	/**
	 * Notes that a change set was committed within a transaction of the application.
	 * @param changes the change set
	 */
	synchronized void joined(ChangeSet changes) {
		this.newest = changes.number();
		this.durable = changes.number();
		this.committed = changes.number();
		if (changes.state() != null) {
			this.newestState = changes.state();
			this.durableState = changes.state();
		}
	}

	/**
	 * Refuses everything from now on and gives up what is not durable.
	 * @param cause why
	 */
	void close(StoreException cause) {
		synchronized (this) {
			this.closed = true;
		}
		failed(cause);
	}

	private void deliver() {
		synchronized (this) {
			if (this.delivering) {
				return;
			}
			this.delivering = true;
		}
		LiveConnection gathering = null;
		while (true) {
			Emission next;
			synchronized (this) {
				next = this.outbox.peek();
				if (next == null || next.horizon > this.durable) {
					this.delivering = false;
					break;
				}
				this.outbox.remove();
			}
			if (gathering != next.through()) {
				flush(gathering);
			}
			gathering = next.through();
			send(next);
		}
		flush(gathering);
	}

	/**
	 * Lets something leave. Whatever goes wrong with it concerns nothing behind it.
	 */
	private void send(Emission emission) {
		StoreException obstacle;
		try {
			if (this.store.isOwnershipValid()) {
				emission.leave();
				return;
			}
			obstacle = new StoreException(Reason.LOST_OWNERSHIP, "The node's lease has run out", null);
		}
		catch (RuntimeException | Error ex) {
			logger.error("Something could not be sent by actor " + this.actorId, ex);
			obstacle = new StoreException(Reason.REJECTED, "It could not be sent", ex);
		}
		giveUp(emission, new Loss(obstacle, emission.horizon));
	}

	private void giveUp(Emission emission, Loss loss) {
		try {
			emission.fail(loss);
		}
		catch (RuntimeException | Error ex) {
			logger.error("Something that actor %s could not send could not be given up".formatted(this.actorId), ex);
		}
	}

	private void flush(@Nullable LiveConnection gathering) {
		try {
			if (gathering != null) {
				gathering.flush();
			}
		}
		catch (RuntimeException ex) {
			logger.error("What actor %s sends could not be flushed".formatted(this.actorId), ex);
		}
	}

}
