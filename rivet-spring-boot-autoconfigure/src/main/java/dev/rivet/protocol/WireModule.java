package dev.rivet.protocol;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Map;
import java.util.function.Function;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BinaryNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;
import tools.jackson.databind.node.TreeBuildingGenerator;
import tools.jackson.databind.ser.std.StdScalarSerializer;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Binds what the wire has a notation for and JSON has not: dates and bytes.
 */
final class WireModule extends SimpleModule {

	WireModule() {
		super("rivet-wire");
		addSerializer(new DateSerializer<>(Instant.class, Function.identity()));
		// Not toInstant(), which java.sql.Date has but does not support
		addSerializer(new DateSerializer<>(Date.class, (date) -> Instant.ofEpochMilli(date.getTime())));
		addSerializer(new BytesSerializer());
		addSerializer(new TreeSerializer());
		addDateType(Instant.class, Function.identity(), Instant::parse);
		addDateType(Date.class, Date::from, (text) -> Date.from(Instant.parse(text)));
		addDateType(Timestamp.class, Timestamp::from, (text) -> Timestamp.from(Instant.parse(text)));
		addDateType(java.sql.Date.class, WireModule::sqlDate,
				(text) -> (text.indexOf('T') < 0) ? java.sql.Date.valueOf(text) : sqlDate(Instant.parse(text)));
		addDateType(OffsetDateTime.class, (instant) -> instant.atOffset(ZoneOffset.UTC), OffsetDateTime::parse);
		addDateType(ZonedDateTime.class, (instant) -> instant.atZone(ZoneOffset.UTC), ZonedDateTime::parse);
		addDeserializer(byte[].class, new BytesDeserializer());
		addDeserializer(String.class, new TextDeserializer());
		addDeserializer(Object.class, new UntypedDeserializer());
	}

	private static java.sql.Date sqlDate(Instant instant) {
		return new java.sql.Date(instant.toEpochMilli());
	}

	private <T> void addDateType(Class<T> type, Function<Instant, T> converter, Function<String, T> parser) {
		addDeserializer(type, new DateDeserializer<>(type, converter, parser));
	}

	private static final class DateSerializer<T> extends StdScalarSerializer<T> {

		private final Function<T, Instant> converter;

		DateSerializer(Class<T> type, Function<T, Instant> converter) {
			super(type);
			this.converter = converter;
		}

		@Override
		public void serialize(T value, JsonGenerator generator, SerializationContext context) {
			generator.writeEmbeddedObject(this.converter.apply(value));
		}

	}

	private static final class BytesSerializer extends StdScalarSerializer<byte[]> {

		BytesSerializer() {
			super(byte[].class);
		}

		@Override
		public void serialize(byte[] value, JsonGenerator generator, SerializationContext context) {
			generator.writeTree(BinaryNode.valueOf(value.clone()));
		}

	}

	/**
	 * Copies trees. Jackson's own copies share the bytes.
	 */
	private static final class TreeSerializer extends StdSerializer<JsonNode> {

		TreeSerializer() {
			super(JsonNode.class);
		}

		@Override
		public void serialize(JsonNode value, JsonGenerator generator, SerializationContext context) {
			JsonNode copy = copy(value, generator, context, 0);
			if (generator instanceof TreeBuildingGenerator || generator instanceof DepthLimit) {
				generator.writeTree(copy);
			}
			else {
				// other generators would only come back here
				copy.serialize(generator, context);
			}
		}

		private JsonNode copy(JsonNode node, JsonGenerator generator, SerializationContext context, int depth) {
			DepthLimit.check(generator, depth);
			return switch (node.getNodeType()) {
				case OBJECT -> {
					ObjectNode copy = JsonNodeFactory.instance.objectNode();
					for (Map.Entry<String, JsonNode> property : node.properties()) {
						copy.set(property.getKey(), copy(property.getValue(), generator, context, depth + 1));
					}
					yield copy;
				}
				case ARRAY -> {
					ArrayNode copy = JsonNodeFactory.instance.arrayNode(node.size());
					for (JsonNode element : node) {
						copy.add(copy(element, generator, context, depth + 1));
					}
					yield copy;
				}
				case BINARY -> BinaryNode.valueOf(node.binaryValue().clone());
				case POJO -> context.valueToTree(((POJONode) node).getPojo());
				case MISSING -> NullNode.getInstance();
				case STRING, NUMBER, BOOLEAN, NULL -> node;
			};
		}

	}

}
