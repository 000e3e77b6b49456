package dev.rivet.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of an HTTP request that puts a message into a queue.
 *
 * @param body the message
 * @param name the queue's name, or {@code null} when only the URL names it
 * @param waits whether the sender waits until the message was completed
 * @param timeout how long the sender waits, in milliseconds, or {@code null} when it did
 * not say
 * @param peer the generation of the client that sent the message
 * @since 0.1.0
 */
public record QueueRequest(JsonNode body, @Nullable String name, boolean waits, @Nullable Long timeout, Peer peer) {
}
