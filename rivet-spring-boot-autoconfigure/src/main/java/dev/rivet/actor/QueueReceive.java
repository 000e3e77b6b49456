package dev.rivet.actor;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What to receive from an actor's queue.
 *
 * @param names the names of the queues, or none for all
 * @param timeout how long to wait, or {@code null} to wait for ever
 * @param completable whether messages stay in the queue until they are
 * {@linkplain QueueMessage#complete() completed}; otherwise receiving removes them
 * @param signal ends the wait with an {@link AbortedException}, or {@code null}
 */
public record QueueReceive(List<String> names, @Nullable Duration timeout, boolean completable,
		@Nullable AbortSignal signal) {

	/**
	 * Receives plain messages without a limit of time.
	 * @param names the names of the queues, or none for all
	 * @return what to receive
	 */
	public static QueueReceive from(String... names) {
		return new QueueReceive(List.of(names), null, false, null);
	}

	/**
	 * Limits the wait.
	 * @param timeout how long to wait
	 * @return what to receive
	 */
	public QueueReceive within(Duration timeout) {
		return new QueueReceive(this.names, timeout, this.completable, this.signal);
	}

	/**
	 * Keeps messages in the queue until they are completed. One that is not, since its
	 * receiver returns, throws or crashes, is received again.
	 * @return what to receive
	 */
	public QueueReceive asCompletable() {
		return new QueueReceive(this.names, this.timeout, true, this.signal);
	}

	/**
	 * Ends the wait on a signal.
	 * @param signal the signal
	 * @return what to receive
	 */
	public QueueReceive until(AbortSignal signal) {
		return new QueueReceive(this.names, this.timeout, this.completable, signal);
	}

}
