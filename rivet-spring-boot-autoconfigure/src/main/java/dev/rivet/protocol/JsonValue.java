package dev.rivet.protocol;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A single value as JSON without tags, for clients that do not know them: dates and bytes
 * are text, integers are exact.
 */
public final class JsonValue {

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(TreeFormat.MAX_DEPTH_READ)
				.maxNumberLength(TreeFormat.MAX_DIGITS)
				.build())
			.streamWriteConstraints(
					StreamWriteConstraints.builder().maxNestingDepth(TreeFormat.MAX_DEPTH_WRITE).build())
			.build())
		.build();

	private JsonValue() {
	}

	/**
	 * Write a value.
	 * @param value the value
	 * @return its bytes
	 */
	public static byte[] write(JsonNode value) {
		return MAPPER.writeValueAsBytes(value);
	}

	/**
	 * Read a value.
	 * @param bytes its bytes
	 * @return the value
	 * @throws ProtocolException with {@code message/malformed} if the bytes are not that
	 */
	public static JsonNode read(byte[] bytes) {
		try {
			return MAPPER.readTree(bytes);
		}
		catch (JacksonException ex) {
			throw ProtocolException.malformed(ex.getOriginalMessage(), ex);
		}
	}

}
