package dev.rivet.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.type.LogicalType;

/**
 * Reads bytes from bytes, of which it makes a copy, and from Base64 text.
 */
final class BytesDeserializer extends StdScalarDeserializer<byte[]> {

	BytesDeserializer() {
		super(byte[].class);
	}

	@Override
	public LogicalType logicalType() {
		return LogicalType.Binary;
	}

	@Override
	public byte @Nullable [] deserialize(JsonParser parser, DeserializationContext context) {
		if (parser.hasToken(JsonToken.VALUE_EMBEDDED_OBJECT) && parser.getEmbeddedObject() instanceof byte[] bytes) {
			return bytes.clone();
		}
		if (parser.hasToken(JsonToken.VALUE_STRING)) {
			return parser.getBinaryValue();
		}
		return (byte[]) context.handleUnexpectedToken(getValueType(context), parser);
	}

}
