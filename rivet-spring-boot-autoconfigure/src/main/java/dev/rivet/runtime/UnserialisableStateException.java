package dev.rivet.runtime;

import dev.rivet.client.RivetException;

/**
 * Thrown when the value of a state field cannot be stored. Its text is for clients; what
 * the value was is only in the cause.
 */
final class UnserialisableStateException extends RivetException {

	UnserialisableStateException(String field, String actor, Throwable cause) {
		super("state", "invalid_type", "State field '%s' of actor '%s' cannot be serialised".formatted(field, actor));
		initCause(cause);
	}

}
