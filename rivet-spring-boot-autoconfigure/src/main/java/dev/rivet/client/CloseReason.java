package dev.rivet.client;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Why a connection was closed, in the terms of the WebSocket that it may be.
 *
 * @param code the close code, as defined by RFC 6455
 * @param text the reason; {@code group.code}, optionally followed by {@code #} and more,
 * stands for an error
 */
public record CloseReason(int code, String text) {

	/**
	 * The purpose of the connection is fulfilled.
	 */
	public static final int NORMAL = 1000;

	/**
	 * The server goes down, or the actor behind the connection stops.
	 */
	public static final int GOING_AWAY = 1001;

	/**
	 * The connection was lost; no such code is ever sent.
	 */
	public static final int LOST = 1006;

	/**
	 * The connection failed.
	 */
	public static final int FAILED = 1011;

	/**
	 * The most bytes of a reason, in UTF-8: a close frame has 125 (RFC 6455, section
	 * 5.5), two of which are the code.
	 */
	public static final int MAX_BYTES = 123;

	/**
	 * Returns the reason for a connection that failed.
	 * @param error why, of which as much is told as a close has room for
	 * @return the reason
	 */
	public static CloseReason of(RivetException error) {
		String text = error.group() + "." + error.code();
		while (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
			text = text.substring(0, Math.min(text.length() - 1, MAX_BYTES));
		}
		return new CloseReason(FAILED, text);
	}

	/**
	 * Returns the error that this reason stands for.
	 * @return the error, or {@code null} if it stands for none
	 */
	public @Nullable RivetException error() {
		String[] parts = this.text.split("#", 2)[0].split("\\.");
		return (parts.length >= 2 && !parts[0].isEmpty() && !parts[1].isEmpty())
				? new RivetException(parts[0], parts[1], "Connection closed: " + this.text) : null;
	}

}
