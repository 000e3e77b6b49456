package dev.rivet.protocol;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BinaryNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;
import tools.jackson.databind.node.StringNode;

/**
 * JSON with {@link DollarTags}, read and written in one pass.
 */
final class JsonFormat implements TreeFormat {

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.streamReadConstraints(
				StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH_READ).maxNumberLength(MAX_DIGITS).build())
		.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH_WRITE).build())
		.build();

	@Override
	public JsonNode read(byte[] bytes, Peer peer) {
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
			JsonNode tree = read(parser, parser.nextToken());
			if (parser.nextToken() != null) {
				throw ProtocolException.malformed("trailing content");
			}
			return tree;
		}
		catch (JacksonException ex) {
			throw ProtocolException.malformed(ex.getOriginalMessage(), ex);
		}
	}

	private JsonNode read(JsonParser parser, JsonToken token) {
		return (token == JsonToken.START_ARRAY) ? DollarTags.resolve(readArray(parser)) : readOther(parser, token);
	}

	private ArrayNode readArray(JsonParser parser) {
		ArrayNode array = JsonNodeFactory.instance.arrayNode();
		boolean set = false;
		for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
			if (token == JsonToken.START_ARRAY && DollarTags.awaitsSetItems(array)) {
				set = true;
				array.add(readArray(parser));
			}
			else {
				array.add(read(parser, token));
			}
		}
		if (set && array.size() != 2) {
			array.set(1, DollarTags.resolve((ArrayNode) array.get(1)));
		}
		return array;
	}

	private JsonNode readOther(JsonParser parser, JsonToken token) {
		if (token == null) {
			throw ProtocolException.malformed("unexpected end");
		}
		return switch (token) {
			case START_OBJECT -> readObject(parser);
			case VALUE_STRING -> StringNode.valueOf(parser.getString());
			// What a client writes without a fraction is a double all the same
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Numbers.node(parser.getDoubleValue());
			case VALUE_TRUE -> BooleanNode.TRUE;
			case VALUE_FALSE -> BooleanNode.FALSE;
			case VALUE_NULL -> NullNode.getInstance();
			default -> throw ProtocolException.malformed("unexpected token");
		};
	}

	private ObjectNode readObject(JsonParser parser) {
		ObjectNode object = JsonNodeFactory.instance.objectNode();
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			object.set(name, read(parser, parser.nextToken()));
		}
		return object;
	}

	@Override
	public byte[] write(JsonNode tree, Peer peer) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
		try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
			write(generator, tree);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("Value cannot be sent: " + ex.getOriginalMessage(), ex);
		}
		return bytes.toByteArray();
	}

	private void write(JsonGenerator generator, JsonNode node) {
		switch (node.getNodeType()) {
			case OBJECT -> writeObject(generator, (ObjectNode) node);
			case ARRAY -> writeArray(generator, (ArrayNode) node);
			case STRING -> generator.writeString(node.stringValue());
			case NUMBER -> writeNumber(generator, (NumericNode) node);
			case BOOLEAN -> generator.writeBoolean(node.booleanValue());
			case NULL, MISSING -> generator.writeNull();
			case BINARY -> writeBytes(generator, ((BinaryNode) node).binaryValue());
			case POJO -> writeEmbedded(generator, (POJONode) node);
		}
	}

	private void writeObject(JsonGenerator generator, ObjectNode object) {
		generator.writeStartObject();
		for (Map.Entry<String, JsonNode> property : object.properties()) {
			generator.writeName(property.getKey());
			write(generator, property.getValue());
		}
		generator.writeEndObject();
	}

	private void writeArray(JsonGenerator generator, ArrayNode array) {
		generator.writeStartArray();
		if (DollarTags.looksTagged(array)) {
			generator.writeString("$" + array.get(0).stringValue());
			write(generator, array.get(1));
		}
		else {
			for (JsonNode element : array) {
				write(generator, element);
			}
		}
		generator.writeEndArray();
	}

	private void writeNumber(JsonGenerator generator, NumericNode number) {
		switch (number.numberType()) {
			case INT -> generator.writeNumber(number.intValue());
			case LONG -> {
				if (Numbers.isSafe(number.longValue())) {
					generator.writeNumber(number.longValue());
				}
				else {
					writeTagged(generator, DollarTags.BIG_INT, Long.toString(number.longValue()));
				}
			}
			case BIG_INTEGER -> writeTagged(generator, DollarTags.BIG_INT, number.bigIntegerValue().toString());
			case BIG_DECIMAL -> generator.writeNumber(number.decimalValue());
			case FLOAT, DOUBLE -> {
				if (!Double.isFinite(number.doubleValue())) {
					generator.writeNull();
				}
				else if (number.isFloat()) {
					generator.writeNumber(number.floatValue());
				}
				else {
					generator.writeNumber(number.doubleValue());
				}
			}
		}
	}

	private void writeTagged(JsonGenerator generator, String tag, String value) {
		generator.writeStartArray();
		generator.writeString(tag);
		generator.writeString(value);
		generator.writeEndArray();
	}

	private void writeBytes(JsonGenerator generator, byte[] bytes) {
		writeTagged(generator, DollarTags.BYTES, Base64.getEncoder().encodeToString(bytes));
	}

	private void writeEmbedded(JsonGenerator generator, POJONode node) {
		if (node.getPojo() instanceof byte[] bytes) {
			writeBytes(generator, bytes);
		}
		else if (!(node.getPojo() instanceof Instant date)) {
			throw TreeFormat.notWritable(node.getPojo());
		}
		else if (Dates.epochMilli(date) == null) {
			generator.writeNull();
		}
		else {
			generator.writeString(Dates.text(date));
		}
	}

}
