package dev.rivet.store;

import java.time.Instant;

/**
 * That an actor nobody owns has to wake.
 *
 * @param at when, to the millisecond
 * @param actorId the actor's id
 */
public record Alarm(Instant at, String actorId) {
}
