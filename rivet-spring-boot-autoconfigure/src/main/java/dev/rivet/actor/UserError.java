package dev.rivet.actor;

import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by an actor to refuse a call for a reason that its client may know. Code,
 * message and metadata reach the client; any other exception reaches it as
 * {@code internal_error} only. Like any exception, it discards what the turn changed.
 */
public class UserError extends RivetException {

	/**
	 * The group of all errors of applications.
	 */
	public static final String GROUP = "user";

	/**
	 * The code of an error that was given none.
	 */
	public static final String DEFAULT_CODE = "user_error";

	/**
	 * Creates an error with the code {@value #DEFAULT_CODE}.
	 * @param message what the client is told
	 */
	public UserError(String message) {
		this(DEFAULT_CODE, message, null);
	}

	/**
	 * Creates an error.
	 * @param code what the client's code may look at
	 * @param message what the client is told
	 */
	public UserError(String code, String message) {
		this(code, message, null);
	}

	/**
	 * Creates an error.
	 * @param code what the client's code may look at
	 * @param message what the client is told
	 * @param metadata any serialisable value, or {@code null}
	 */
	public UserError(String code, String message, @Nullable Object metadata) {
		super(GROUP, code, message, metadata);
	}

}
