package dev.rivet.actor;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A WebSocket whose messages are the application's own. Its methods may only be called in
 * a turn of the actor, and what is given to them runs in turns of its own.
 */
public interface ActorWebSocket {

	/**
	 * Returns the path behind {@code /websocket}, beginning with a slash, with the query
	 * if there is one.
	 */
	String path();

	/**
	 * Says what to do with text messages.
	 * @param listener gets each message
	 */
	void onText(Consumer<String> listener);

	/**
	 * Says what to do with binary messages.
	 * @param listener gets each message
	 */
	void onBinary(Consumer<byte[]> listener);

	/**
	 * Says what to do when the socket was closed, by either side. If the actor slept
	 * then, it is done when the actor has woken, before any call.
	 * @param listener gets the close code and the reason
	 */
	void onClose(BiConsumer<Integer, String> listener);

	/**
	 * Sends a text message when everything that the turn could have seen is durable. One
	 * that is longer than {@code rivet.max-outgoing-message-size} closes the socket.
	 * @param text the message
	 */
	void send(String text);

	/**
	 * Sends a binary message when everything that the turn could have seen is durable.
	 * One that is longer than {@code rivet.max-outgoing-message-size} closes the socket.
	 * @param bytes the message, which is copied now
	 */
	void send(byte[] bytes);

	/**
	 * Closes the socket when everything that the turn could have seen is durable.
	 * @param code the close code, 1000 or 3000 to 4999
	 * @param reason the reason, at most 123 bytes in UTF-8
	 * @throws IllegalArgumentException if the code or the reason is not allowed
	 */
	void close(int code, String reason);

}
