package dev.rivet.actor;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The durable queue of an actor: messages that it, its clients and other actors have sent
 * it, under names. May be used in turns of the actor only.
 * <p>
 * A message that is received plainly is removed in the segment that receives it, so that
 * what the actor changes until its next wait and the removal take effect together, once.
 * A completable one is removed in the segment that completes it. To receive ends the
 * current segment; to wait gives the turn away.
 */
public interface ActorQueue {

	/**
	 * Sends the actor itself a message, which is in the queue when this segment is
	 * durable.
	 * @param name the name of the queue
	 * @param body the message
	 */
	void send(String name, @Nullable Object body);

	/**
	 * Waits for a message and removes it.
	 * @param names the names of the queues, or none for all
	 * @return the oldest message
	 * @throws AbortedException if this is the run loop and the actor stops
	 */
	default QueueMessage next(String... names) {
		return next(QueueReceive.from(names)).orElseThrow();
	}

	/**
	 * Waits for a message.
	 * @param receive what to receive
	 * @return the oldest message, or nothing if the time is over
	 * @throws AbortedException if this is the run loop and the actor stops, or if the
	 * signal is given
	 * @throws dev.rivet.client.RivetException
	 * {@code queue/previous_message_not_completed} if this turn has received a
	 * completable message and not completed it
	 */
	default Optional<QueueMessage> next(QueueReceive receive) {
		return nextBatch(1, receive).stream().findFirst();
	}

	/**
	 * Removes a message if there is one.
	 * @param names the names of the queues, or none for all
	 * @return the oldest message
	 */
	default Optional<QueueMessage> tryNext(String... names) {
		return tryNext(QueueReceive.from(names));
	}

	/**
	 * Receives a message if there is one.
	 * @param receive what to receive
	 * @return the oldest message
	 */
	default Optional<QueueMessage> tryNext(QueueReceive receive) {
		return tryNextBatch(1, receive).stream().findFirst();
	}

	/**
	 * Waits until there is a message, and receives those that are there.
	 * @param max the largest number of messages
	 * @param receive what to receive
	 * @return the messages, the oldest first; none if the time is over
	 * @see #next(QueueReceive)
	 */
	List<QueueMessage> nextBatch(int max, QueueReceive receive);

	/**
	 * Receives the messages that are there.
	 * @param max the largest number of messages
	 * @param receive what to receive
	 * @return the messages, the oldest first
	 */
	List<QueueMessage> tryNextBatch(int max, QueueReceive receive);

	/**
	 * Receives one message after another, waiting for each, until the time given for one
	 * is over.
	 * @param receive what to receive
	 * @return the messages
	 */
	Iterable<QueueMessage> iterate(QueueReceive receive);

}
