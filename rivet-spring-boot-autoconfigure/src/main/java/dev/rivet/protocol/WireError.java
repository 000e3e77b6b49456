package dev.rivet.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An error as a client sees it.
 *
 * @param group the part of the system the error belongs to
 * @param code the error's code within its group
 * @param message the error's text
 * @param metadata what else there is to know, or {@code null} when there is nothing
 * @since 0.1.0
 */
public record WireError(String group, String code, String message, @Nullable JsonNode metadata) {

	/**
	 * Create an error without metadata.
	 * @param group the part of the system the error belongs to
	 * @param code the error's code within its group
	 * @param message the error's text
	 */
	public WireError(String group, String code, String message) {
		this(group, code, message, null);
	}

	/**
	 * Return the HTTP body for this error. It is JSON whatever encoding the client asked
	 * for: every client reads it by its content type.
	 * @return the body, without {@code actor} and without null fields
	 */
	public byte[] toJson() {
		return new JsonFormat().write(Envelope.error(this), Peer.V2_1);
	}

}
