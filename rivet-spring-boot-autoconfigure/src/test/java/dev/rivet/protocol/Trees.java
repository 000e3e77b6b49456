package dev.rivet.protocol;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.BinaryNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

/**
 * Short names for making trees in tests.
 */
final class Trees {

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private static final WireMapper MAPPER = new WireMapper();

	private Trees() {
	}

	static ArrayNode array(Object... elements) {
		ArrayNode array = NODES.arrayNode();
		Arrays.stream(elements).map(Trees::node).forEach(array::add);
		return array;
	}

	static ObjectNode object(Object... namesAndValues) {
		ObjectNode object = NODES.objectNode();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			object.set((String) namesAndValues[i], node(namesAndValues[i + 1]));
		}
		return object;
	}

	static JsonNode node(Object value) {
		return (value instanceof JsonNode node) ? node : MAPPER.valueToTree(value);
	}

	static JsonNode nothing() {
		return NullNode.getInstance();
	}

	static BigIntegerNode big(String digits) {
		return BigIntegerNode.valueOf(new BigInteger(digits));
	}

	static POJONode date(long epochMilli) {
		return new POJONode(Instant.ofEpochMilli(epochMilli));
	}

	static BinaryNode bytes(int... values) {
		byte[] bytes = new byte[values.length];
		for (int i = 0; i < values.length; i++) {
			bytes[i] = (byte) values[i];
		}
		return BinaryNode.valueOf(bytes);
	}

	static byte[] hex(String hex) {
		return HexFormat.of().parseHex(hex.replace(" ", ""));
	}

	static String hex(byte[] bytes) {
		return HexFormat.of().formatHex(bytes);
	}

	/**
	 * Return what is left of a tree once it has been JSON.
	 */
	static JsonNode throughJson(JsonNode tree) {
		JsonFormat json = new JsonFormat();
		return json.read(json.write(tree, Peer.V2_1), Peer.V2_1);
	}

}
