package dev.rivet.runtime;

import java.time.Duration;

import dev.rivet.actor.QueueListener;
import org.jspecify.annotations.Nullable;

/**
 * What handles the messages of a queue.
 *
 * @param method the method
 * @param attempts how often it handles a message at most
 * @param backoff how long it waits after the first failure
 * @param deadLetterQueue where messages go after the last attempt
 */
record ListenedQueue(ActorMethod method, int attempts, Duration backoff, String deadLetterQueue) {

	private static final Duration LONGEST = Duration.ofHours(1);

	static ListenedQueue of(ActorMethod method, QueueListener annotation, Duration backoff) {
		String dead = annotation.deadLetterQueue();
		return new ListenedQueue(method, annotation.attempts(), backoff,
				dead.isEmpty() ? annotation.value() + ".dead" : dead);
	}

	/**
	 * Returns when a message that has failed is handled again.
	 * @param failures how often it has failed
	 * @return how long after that, or {@code null} if it is not
	 */
	@Nullable Duration retryAfter(int failures) {
		if (failures >= this.attempts) {
			return null;
		}
		Duration delay = this.backoff.multipliedBy(1L << Math.min(failures - 1, 30));
		return (delay.compareTo(LONGEST) < 0) ? delay : LONGEST;
	}

}
