package dev.rivet.protocol;

import java.math.BigInteger;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The objects around the payloads, which JSON and CBOR have in common.
 */
final class Envelope {

	private Envelope() {
	}

	static ObjectNode object() {
		return JsonNodeFactory.instance.objectNode();
	}

	static ObjectNode object(JsonNode tree) {
		if (tree instanceof ObjectNode object) {
			return object;
		}
		throw ProtocolException.malformed("not an object");
	}

	static ObjectNode object(ObjectNode parent, String name) {
		return (required(parent, name) instanceof ObjectNode object) ? object : invalid(name);
	}

	static ArrayNode array(ObjectNode parent, String name) {
		return (required(parent, name) instanceof ArrayNode array) ? array : invalid(name);
	}

	static String text(ObjectNode parent, String name) {
		return (required(parent, name) instanceof StringNode text) ? text.stringValue() : invalid(name);
	}

	static boolean bool(ObjectNode parent, String name) {
		return (required(parent, name) instanceof BooleanNode bool) ? bool.booleanValue() : invalid(name);
	}

	/**
	 * Return a non-negative integer, which clients write as a BigInt if it is an id.
	 */
	static long integer(ObjectNode parent, String name) {
		JsonNode value = required(parent, name);
		if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0) {
			return value.longValue();
		}
		return invalid(name);
	}

	static boolean has(ObjectNode parent, String name) {
		return parent.get(name) != null && !parent.get(name).isNull();
	}

	static JsonNode required(ObjectNode parent, String name) {
		JsonNode value = parent.get(name);
		if (value == null) {
			throw ProtocolException.malformed("missing '" + name + "'");
		}
		return value;
	}

	/**
	 * Return a payload, which some servers leave out when it is undefined.
	 */
	static JsonNode optional(ObjectNode parent, String name) {
		JsonNode value = parent.get(name);
		return (value != null) ? value : NullNode.getInstance();
	}

	static JsonNode id(@Nullable Long id) {
		return (id != null) ? BigIntegerNode.valueOf(BigInteger.valueOf(id)) : NullNode.getInstance();
	}

	static ObjectNode error(WireError error) {
		ObjectNode object = object();
		object.put("group", error.group());
		object.put("code", error.code());
		object.put("message", error.message());
		if (error.metadata() != null && !error.metadata().isNull()) {
			object.set("metadata", error.metadata());
		}
		return object;
	}

	static WireError error(ObjectNode object) {
		JsonNode metadata = has(object, "metadata") ? object.get("metadata") : null;
		return new WireError(text(object, "group"), text(object, "code"), text(object, "message"), metadata);
	}

	private static <T> T invalid(String name) {
		throw ProtocolException.malformed("invalid '" + name + "'");
	}

}
