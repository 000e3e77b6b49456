package dev.rivet.web;

import dev.rivet.client.RivetException;

/**
 * How large messages may be.
 *
 * @param incoming the most bytes of a request's body
 * @param outgoing the most bytes of an action's encoded result
 * @param waiting the most bytes that may wait for the client of a socket
 */
public record MessageLimits(int incoming, int outgoing, int waiting) {

	/**
	 * The most bytes of a connection's parameters, as documented by RivetKit.
	 */
	static final int PARAMETERS = 4096;

	static RivetException incomingTooLong() {
		return new RivetException("message", "incoming_too_long",
				"Incoming message too long. This can be configured with: `rivet.max-incoming-message-size`");
	}

	static RivetException outgoingTooLong() {
		return new RivetException("message", "outgoing_too_long",
				"Outgoing message too long. This can be configured with: `rivet.max-outgoing-message-size`");
	}

}
