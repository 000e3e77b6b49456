package dev.rivet.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when bytes are not the message they should be.
 *
 * @since 0.1.0
 */
public class ProtocolException extends RuntimeException {

	private final String group;

	private final String code;

	/**
	 * Create an exception from what the client will be told.
	 * @param group the error's group
	 * @param code the error's code within its group
	 * @param message the error's text
	 */
	public ProtocolException(String group, String code, String message) {
		this(group, code, message, null);
	}

	private ProtocolException(String group, String code, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.group = group;
		this.code = code;
	}

	static ProtocolException malformed(String reason) {
		return malformed(reason, null);
	}

	static ProtocolException malformed(String reason, @Nullable Throwable cause) {
		return new ProtocolException("message", "malformed", "Malformed message: " + reason, cause);
	}

	/**
	 * Return the error's group.
	 * @return the group
	 */
	public String getGroup() {
		return this.group;
	}

	/**
	 * Return the error's code within its group.
	 * @return the code
	 */
	public String getCode() {
		return this.code;
	}

}
