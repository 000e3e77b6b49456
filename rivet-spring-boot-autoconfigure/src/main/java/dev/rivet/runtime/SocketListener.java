package dev.rivet.runtime;

import dev.rivet.client.CloseReason;

/**
 * Hears what an actor sends over a raw WebSocket. No method may wait.
 */
public interface SocketListener {

	/**
	 * A text message has come.
	 * @param text the message
	 */
	void text(String text);

	/**
	 * A binary message has come.
	 * @param bytes the message
	 */
	void binary(byte[] bytes);

	/**
	 * The actor has closed the socket, or did not accept it. Nothing comes afterwards.
	 * @param reason why
	 */
	void closed(CloseReason reason);

}
