package dev.rivet.store;

import java.time.Instant;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * The changes of one segment of an actor's turn. They are committed together or not at
 * all.
 *
 * @param actorId the actor's id
 * @param epoch the epoch of the activation that made the changes
 * @param number the number of this change set; it grows with each one of the actor
 * @param state the whole new state as CBOR, or {@code null} if it did not change
 * @param rows the rows that are written or deleted, each once
 * @param transition what becomes of the actor, or {@code null} if it lives on
 */
public record ChangeSet(String actorId, long epoch, long number, byte @Nullable [] state, Collection<Row> rows,
		@Nullable Transition transition) {

	/**
	 * A step in the life of an actor.
	 */
	public sealed interface Transition {

	}

	/**
	 * The actor falls asleep and is owned by nobody.
	 *
	 * @param at when
	 */
	public record Slept(Instant at) implements Transition {
	}

	/**
	 * The actor is destroyed. Its key is free again; its state, its input and all its
	 * rows are deleted.
	 *
	 * @param at when
	 */
	public record Destroyed(Instant at) implements Transition {
	}

	/**
	 * The actor could not be started and is owned by nobody.
	 *
	 * @param error why, as a JSON object
	 */
	public record Failed(String error) implements Transition {
	}

}
