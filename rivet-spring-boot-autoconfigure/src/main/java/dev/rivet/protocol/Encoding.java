package dev.rivet.protocol;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * How a client wants its messages written.
 *
 * @since 0.1.0
 */
public enum Encoding {

	/**
	 * Text, with tagged arrays for what JSON has no notation for.
	 */
	JSON,

	/**
	 * One CBOR item per message.
	 */
	CBOR,

	/**
	 * A BARE message whose payloads are CBOR. The clients' default.
	 */
	BARE;

	/**
	 * Return the encoding named by an {@code x-rivet-encoding} header or a
	 * {@code rivet_encoding.} subprotocol.
	 * @param headerValue the name, or {@code null} when there was none, which means JSON
	 * @return the encoding
	 * @throws ProtocolException with {@code encoding/invalid} if there is no such
	 * encoding
	 */
	public static Encoding of(@Nullable String headerValue) {
		if (headerValue == null) {
			return JSON;
		}
		return switch (headerValue) {
			case "json" -> JSON;
			case "cbor" -> CBOR;
			case "bare" -> BARE;
			default -> throw new ProtocolException("encoding", "invalid",
					"Invalid encoding `" + headerValue + "`. (https://www.rivet.dev/docs/clients/javascript)");
		};
	}

	/**
	 * Return the name clients use for this encoding.
	 * @return the name, in lower case
	 */
	public String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Return the {@code Content-Type} of HTTP bodies in this encoding.
	 * @return the media type
	 */
	public String contentType() {
		return (this == JSON) ? "application/json" : "application/octet-stream";
	}

	/**
	 * Return whether frames of a socket in this encoding are binary.
	 * @return whether frames are binary
	 */
	public boolean isBinary() {
		return this != JSON;
	}

}
