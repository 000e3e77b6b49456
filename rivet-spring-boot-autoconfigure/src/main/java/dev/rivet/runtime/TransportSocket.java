package dev.rivet.runtime;

import dev.rivet.client.CloseReason;

/**
 * A raw WebSocket to an actor, as seen from its client. No method waits.
 */
public interface TransportSocket {

	/**
	 * Sends a text message.
	 * @param text the message
	 */
	void text(String text);

	/**
	 * Sends a binary message.
	 * @param bytes the message
	 */
	void binary(byte[] bytes);

	/**
	 * The client has closed the socket, or is lost.
	 * @param reason why
	 */
	void closed(CloseReason reason);

}
