package dev.rivet.client;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What became of a message sent to an actor's queue.
 *
 * @param completed whether it was completed, or taken into the queue if its sender did
 * not wait; otherwise the time given was over
 * @param reply what it was completed with, if anything
 */
public record QueueResult(boolean completed, @Nullable JsonNode reply) {

	/**
	 * The message was completed without a reply, or its sender does not wait.
	 */
	public static final QueueResult COMPLETED = new QueueResult(true, null);

	/**
	 * The message was not completed in time. It stays in the queue.
	 */
	public static final QueueResult TIMED_OUT = new QueueResult(false, null);

}
