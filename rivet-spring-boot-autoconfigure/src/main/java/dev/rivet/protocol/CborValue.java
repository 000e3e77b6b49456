package dev.rivet.protocol;

import tools.jackson.databind.JsonNode;

/**
 * A single value as CBOR, with every kind of value that a client can send.
 */
public final class CborValue {

	private static final CborFormat FORMAT = new CborFormat();

	private CborValue() {
	}

	/**
	 * Write a value.
	 * @param value the value
	 * @return its bytes
	 */
	public static byte[] write(JsonNode value) {
		return FORMAT.write(value, Peer.V2_1);
	}

	/**
	 * Read a value.
	 * @param bytes its bytes
	 * @return the value
	 * @throws ProtocolException with {@code message/malformed} if the bytes are not that
	 */
	public static JsonNode read(byte[] bytes) {
		return FORMAT.read(bytes, Peer.V2_1);
	}

}
