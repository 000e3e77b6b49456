package dev.rivet.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An actor that this node now owns, with all that is needed to wake it.
 *
 * @param actor the actor
 * @param epoch the epoch of this ownership; every change set has to carry it
 * @param number the number of the last change set committed
 * @param input the actor's input as CBOR, if it has one
 * @param state the actor's state as CBOR, or {@code null} if none was ever committed
 * @param alarm when it has to wake at the latest, if it has to
 * @param hasConnections whether somebody was connected when it was last awake
 * @param rows what was read along: all rows that the actor has in each of these tables
 */
public record Claim(ActorRecord actor, long epoch, long number, byte @Nullable [] input, byte @Nullable [] state,
		@Nullable Instant alarm, boolean hasConnections, Map<Table, List<Row>> rows) {
}
