package dev.rivet.actor;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A message from an actor's queue.
 */
public interface QueueMessage {

	/**
	 * Returns the message's number, which grows with each message of the actor.
	 * @return the number
	 */
	long id();

	/**
	 * Returns the name of the queue that the message was sent to.
	 * @return the name
	 */
	String name();

	/**
	 * Returns what was sent.
	 * @param <T> the type
	 * @param type the type
	 * @return the body, or {@code null} if it was {@code null}
	 * @throws UserError {@code invalid_message} if the body is none of that type
	 */
	<T> @Nullable T body(Class<T> type);

	/**
	 * Returns when the message was sent, to the millisecond.
	 * @return when the actor took it into its queue
	 */
	Instant createdAt();

	/**
	 * Returns how often the message was received before without being completed.
	 * @return the number
	 */
	int retries();

	/**
	 * Completes the message without a reply: it is removed, and a waiting sender told,
	 * when this segment is durable.
	 * @throws dev.rivet.client.RivetException {@code queue/already_completed} if it is
	 * not, or not any more, to be completed by this turn
	 */
	default void complete() {
		complete(null);
	}

	/**
	 * Completes the message.
	 * @param reply what a waiting sender gets
	 * @throws dev.rivet.client.RivetException {@code queue/invalid_completion_payload} or
	 * {@code queue/complete_not_configured} if the queue is {@linkplain Queue declared}
	 * with other replies or none
	 * @see #complete()
	 */
	void complete(@Nullable Object reply);

}
