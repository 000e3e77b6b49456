package dev.rivet.store;

import java.time.Instant;

import dev.rivet.actor.ActorKey;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an actor without waking it.
 *
 * @param id the actor's id
 * @param name the actor's name
 * @param key the actor's key
 * @param crashPolicy what its creator asked to happen when it crashes: {@code sleep},
 * {@code restart} or {@code destroy}
 * @param createdAt when it was created
 * @param startedAt when it was last started, if ever
 * @param sleptAt when it fell asleep, if it sleeps
 * @param destroyedAt when it was destroyed, if it was
 * @param error why its last start failed, as a JSON object, if it did
 */
public record ActorRecord(String id, String name, ActorKey key, String crashPolicy, Instant createdAt,
		@Nullable Instant startedAt, @Nullable Instant sleptAt, @Nullable Instant destroyedAt, @Nullable String error) {
}
