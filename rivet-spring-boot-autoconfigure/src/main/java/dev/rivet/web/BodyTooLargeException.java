package dev.rivet.web;

import dev.rivet.client.RivetException;

/**
 * Thrown where the body of a raw request goes on beyond its limit.
 */
final class BodyTooLargeException extends RivetException {

	BodyTooLargeException() {
		this(MessageLimits.incomingTooLong());
	}

	private BodyTooLargeException(RivetException error) {
		super(error.group(), error.code(), String.valueOf(error.getMessage()), error.metadata());
	}

}
