package dev.rivet.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Reads a value of no declared type. Jackson's own would hand out the tree's bytes.
 */
final class UntypedDeserializer extends StdDeserializer<Object> {

	UntypedDeserializer() {
		super(Object.class);
	}

	@Override
	public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
		return switch (parser.currentToken()) {
			case START_OBJECT -> readObject(parser, context);
			case START_ARRAY -> readArray(parser, context);
			case VALUE_STRING -> parser.getString();
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			case VALUE_NULL -> null;
			case VALUE_EMBEDDED_OBJECT ->
				(parser.getEmbeddedObject() instanceof byte[] bytes) ? bytes.clone() : parser.getEmbeddedObject();
			default -> context.handleUnexpectedToken(getValueType(context), parser);
		};
	}

	private Map<String, @Nullable Object> readObject(JsonParser parser, DeserializationContext context) {
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			parser.nextToken();
			map.put(name, deserialize(parser, context));
		}
		return map;
	}

	private List<@Nullable Object> readArray(JsonParser parser, DeserializationContext context) {
		List<@Nullable Object> list = new ArrayList<>();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			list.add(deserialize(parser, context));
		}
		return list;
	}

	@Override
	public @Nullable Object deserializeWithType(JsonParser parser, DeserializationContext context,
			TypeDeserializer typeDeserializer) {
		return typeDeserializer.deserializeTypedFromAny(parser, context);
	}

}
