package dev.rivet.protocol;

import java.util.Base64;

import tools.jackson.databind.JsonNode;

/**
 * Reads the input that a client gives for the creation of an actor: CBOR in base64,
 * whatever the encoding of its messages.
 */
public final class InputCodec {

	private InputCodec() {
	}

	/**
	 * Read the input of a request to create an actor.
	 * @param base64 the input in standard base64
	 * @param peer the generation of the client
	 * @return the input
	 * @throws ProtocolException with {@code message/malformed} if it is not readable
	 */
	public static JsonNode decode(String base64, Peer peer) {
		return read(Base64.getDecoder(), base64, peer);
	}

	/**
	 * Read the input in a URL, where only newer clients put it.
	 * @param base64 the input in base64url without padding
	 * @return the input
	 * @throws ProtocolException with {@code message/malformed} if it is not readable
	 */
	public static JsonNode decodeUrl(String base64) {
		return read(Base64.getUrlDecoder(), base64, Peer.V2_3);
	}

	private static JsonNode read(Base64.Decoder decoder, String base64, Peer peer) {
		try {
			return new CborFormat().read(decoder.decode(base64), peer);
		}
		catch (IllegalArgumentException ex) {
			throw ProtocolException.malformed("input is not base64", ex);
		}
	}

}
