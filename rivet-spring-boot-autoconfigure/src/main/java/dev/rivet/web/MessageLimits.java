package dev.rivet.web;

import java.io.IOException;

import dev.rivet.client.RivetException;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

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
	 * How much of a body that is too long is read, in bytes.
	 */
	private static final int MAX_REST = 16 * 1024 * 1024;

	private static final Log logger = LogFactory.getLog(MessageLimits.class);

	/**
	 * Reads the body of a request.
	 * @param request the request
	 * @param limit the most bytes that it may have
	 * @return the body
	 * @throws RivetException if it is too long or ends early
	 */
	static byte[] readBody(HttpServletRequest request, int limit) {
		long announced = request.getContentLengthLong();
		if (announced > limit) {
			throw incomingTooLong(request);
		}
		byte[] body;
		try {
			// takes a buffer of that size, up to some KiB
			body = request.getInputStream().readNBytes((announced >= 0) ? (int) announced : limit + 1);
		}
		catch (IOException ex) {
			throw new RivetException("request", "invalid", "Invalid request: the body cannot be read");
		}
		if (body.length > limit) {
			throw incomingTooLong(request);
		}
		return body;
	}

	/**
	 * Returns the error for a body that is too long, when the rest of it is there. A
	 * client that still sent would find the connection reset, and might never look for
	 * the answer.
	 */
	static RivetException incomingTooLong(HttpServletRequest request) {
		if (request.getHeader("Expect") == null) {
			try {
				request.getInputStream().skip(MAX_REST);
			}
			catch (IOException ex) {
				logger.debug("A client whose body is too long has gone", ex);
			}
		}
		return incomingTooLong();
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
