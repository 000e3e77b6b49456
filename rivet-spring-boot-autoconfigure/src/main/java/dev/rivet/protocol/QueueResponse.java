package dev.rivet.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of an HTTP response to a {@link QueueRequest}.
 *
 * @param status how the wait ended
 * @param response the value the message was completed with, or {@code null} when there
 * was none
 * @since 0.1.0
 */
public record QueueResponse(Status status, @Nullable JsonNode response) {

	/**
	 * How the wait for a message ended.
	 */
	public enum Status {

		/**
		 * The message was completed, or the sender did not wait.
		 */
		COMPLETED("completed"),

		/**
		 * The message was not completed in time.
		 */
		TIMED_OUT("timedOut");

		private final String wireName;

		Status(String wireName) {
			this.wireName = wireName;
		}

		static Status of(String wireName) {
			for (Status status : values()) {
				if (status.wireName.equals(wireName)) {
					return status;
				}
			}
			throw ProtocolException.malformed("unknown queue status");
		}

		String wireName() {
			return this.wireName;
		}

	}

}
