package dev.rivet.store;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A page of actors.
 *
 * @param actors the actors, the newest first
 * @param cursor where the next page begins, or {@code null} if this is the last one
 */
public record ActorPage(List<ActorRecord> actors, @Nullable String cursor) {
}
