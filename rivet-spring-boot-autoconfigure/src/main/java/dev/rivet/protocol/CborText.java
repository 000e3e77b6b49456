package dev.rivet.protocol;

import java.util.Base64;

import tools.jackson.databind.JsonNode;

/**
 * CBOR as text, which is how clients send what does not travel in a body of its own.
 *
 * @since 0.1.0
 */
public final class CborText {

	private static final CborFormat FORMAT = new CborFormat();

	private CborText() {
	}

	/**
	 * Read a value.
	 * @param text Base64 in the alphabet of JSON bodies or of URLs, padded or not
	 * @param peer the generation of the client
	 * @return the value
	 * @throws ProtocolException with {@code message/malformed} if the text is not that
	 */
	public static JsonNode decode(String text, Peer peer) {
		boolean url = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
		Base64.Decoder decoder = url ? Base64.getUrlDecoder() : Base64.getDecoder();
		byte[] bytes;
		try {
			bytes = decoder.decode(text);
		}
		catch (IllegalArgumentException ex) {
			throw ProtocolException.malformed("invalid Base64", ex);
		}
		return FORMAT.read(bytes, peer);
	}

	/**
	 * Write a value for a JSON body.
	 * @param value the value
	 * @param peer the generation of the server
	 * @return Base64 with padding
	 */
	public static String encode(JsonNode value, Peer peer) {
		return Base64.getEncoder().encodeToString(FORMAT.write(value, peer));
	}

	/**
	 * Write a value for a URL.
	 * @param value the value
	 * @param peer the generation of the server
	 * @return Base64 in the alphabet for URLs, without padding
	 */
	public static String encodeForUrl(JsonNode value, Peer peer) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(FORMAT.write(value, peer));
	}

}
