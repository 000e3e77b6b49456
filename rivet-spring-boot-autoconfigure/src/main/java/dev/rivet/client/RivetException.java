package dev.rivet.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a call of an actor fails. Group and code say why, as in RivetKit.
 */
public class RivetException extends RuntimeException {

	private final String group;

	private final String code;

	private final @Nullable Object metadata;

	/**
	 * Creates an exception.
	 * @param group the group that the code belongs to, such as {@code actor}
	 * @param code what went wrong, such as {@code not_found}
	 * @param message what a reader is told
	 * @param metadata any serialisable value, or {@code null}
	 */
	public RivetException(String group, String code, String message, @Nullable Object metadata) {
		super(message);
		this.group = group;
		this.code = code;
		this.metadata = metadata;
	}

	/**
	 * Creates an exception without metadata.
	 * @param group the group that the code belongs to, such as {@code actor}
	 * @param code what went wrong, such as {@code not_found}
	 * @param message what a reader is told
	 */
	public RivetException(String group, String code, String message) {
		this(group, code, message, null);
	}

	public String group() {
		return this.group;
	}

	public String code() {
		return this.code;
	}

	/**
	 * Returns what the actor gave along with the error: maps, lists and simple values if
	 * it came from another actor.
	 */
	public @Nullable Object metadata() {
		return this.metadata;
	}

	/**
	 * Returns whether this is the given error.
	 * @param group the group
	 * @param code the code
	 * @return whether both are equal
	 */
	public boolean is(String group, String code) {
		return this.group.equals(group) && this.code.equals(code);
	}

	@Override
	public String toString() {
		return getClass().getName() + ": " + this.group + "/" + this.code + ": " + getMessage();
	}

}
