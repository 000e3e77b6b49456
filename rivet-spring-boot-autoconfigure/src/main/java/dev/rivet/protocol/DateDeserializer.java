package dev.rivet.protocol;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/**
 * Reads a date from what clients in the three encodings send for one: a date, its ISO
 * text, or milliseconds since the epoch.
 *
 * @param <T> the type of date
 */
final class DateDeserializer<T> extends StdScalarDeserializer<T> {

	private final Function<Instant, T> converter;

	private final Function<String, T> parser;

	DateDeserializer(Class<T> type, Function<Instant, T> converter, Function<String, T> parser) {
		super(type);
		this.converter = converter;
		this.parser = parser;
	}

	@Override
	@SuppressWarnings("unchecked")
	public @Nullable T deserialize(JsonParser parser, DeserializationContext context) {
		JsonToken token = parser.currentToken();
		try {
			if (token == JsonToken.VALUE_EMBEDDED_OBJECT && parser.getEmbeddedObject() instanceof Instant instant) {
				return this.converter.apply(instant);
			}
			if (token == JsonToken.VALUE_NUMBER_INT) {
				return this.converter.apply(Instant.ofEpochMilli(parser.getLongValue()));
			}
			if (token == JsonToken.VALUE_STRING) {
				return this.parser.apply(parser.getString());
			}
		}
		catch (DateTimeException | IllegalArgumentException ex) {
			throw context.weirdStringException(parser.getString(), handledType(), "not a date and time it can hold");
		}
		return (T) context.handleUnexpectedToken(getValueType(context), parser);
	}

}
