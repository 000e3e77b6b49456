package dev.rivet.web;

import java.io.IOException;

import dev.rivet.client.RivetException;
import jakarta.servlet.http.HttpServletRequest;

/**
 * How large messages may be.
 *
 * @param incoming the most bytes of a request's body
 * @param outgoing the most bytes of an encoded message to a client
 * @param waiting the most bytes that may wait for the client of a socket
 */
public record MessageLimits(int incoming, int outgoing, int waiting) {

	/**
	 * The most bytes of a connection's parameters, as documented by RivetKit.
	 */
	static final int PARAMETERS = 4096;

	/**
	 * Reads the body of a request.
	 * @param request the request
	 * @param limit the most bytes that it may have
	 * @return the body
	 * @throws RivetException if it is too long or ends early
	 */
	static byte[] readBody(HttpServletRequest request, int limit) {
		if (request.getContentLengthLong() > limit) {
			throw incomingTooLong();
		}
		byte[] body;
		try {
			body = request.getInputStream().readNBytes(limit + 1);
		}
		catch (IOException ex) {
			throw new RivetException("request", "invalid", "Invalid request: the body cannot be read");
		}
		if (body.length > limit) {
			throw incomingTooLong();
		}
		return body;
	}

	static RivetException incomingTooLong() {
		return new RivetException("message", "incoming_too_long",
				"Incoming message too long. This can be configured with: `rivet.max-incoming-message-size`");
	}

	static RivetException outgoingTooLong() {
		return new RivetException("message", "outgoing_too_long",
				"Outgoing message too long. This can be configured with: `rivet.max-outgoing-message-size`");
	}

}
