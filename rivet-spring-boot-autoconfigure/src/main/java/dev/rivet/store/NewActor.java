package dev.rivet.store;

import java.time.Instant;

import dev.rivet.actor.ActorKey;
import org.jspecify.annotations.Nullable;

/**
 * An actor to be created.
 *
 * @param id its id
 * @param name its name
 * @param key its key
 * @param input its input as CBOR, if it has one
 * @param crashPolicy {@code sleep}, {@code restart} or {@code destroy}
 * @param createdAt the time of creation
 */
public record NewActor(String id, String name, ActorKey key, byte @Nullable [] input, String crashPolicy,
		Instant createdAt) {
}
