package dev.rivet.protocol;

import java.math.BigInteger;
import java.util.Base64;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.BinaryNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/**
 * The tagged arrays that stand for values JSON has no notation for: two elements, the
 * first a text that starts with a dollar sign. An array of the user's own that looks like
 * one is escaped by one more dollar sign.
 */
final class DollarTags {

	static final String BIG_INT = "$BigInt";

	static final String BYTES = "$Uint8Array";

	private static final String BUFFER = "$ArrayBuffer";

	private static final String UNDEFINED = "$Undefined";

	private static final String SET = "$Set";

	private DollarTags() {
	}

	static boolean looksTagged(ArrayNode array) {
		return array.size() == 2 && array.get(0) instanceof StringNode first && first.stringValue().startsWith("$");
	}

	/**
	 * Return whether the next element may be the items of a set, which are not escaped.
	 */
	static boolean awaitsSetItems(ArrayNode array) {
		return array.size() == 1 && array.get(0) instanceof StringNode first && first.stringValue().equals(SET);
	}

	/**
	 * Return what an array stands for, which usually is itself.
	 */
	static JsonNode resolve(ArrayNode array) {
		if (!looksTagged(array)) {
			return array;
		}
		String tag = array.get(0).stringValue();
		JsonNode value = array.get(1);
		if (tag.startsWith("$$")) {
			array.set(0, StringNode.valueOf(tag.substring(1)));
			return array;
		}
		return switch (tag) {
			case BIG_INT -> BigIntegerNode.valueOf(integer(text(tag, value)));
			case BYTES, BUFFER -> BinaryNode.valueOf(bytes(tag, value));
			case UNDEFINED -> NullNode.getInstance();
			case SET -> {
				if (!value.isArray()) {
					throw invalid(tag);
				}
				yield value;
			}
			default -> throw ProtocolException.malformed("unknown tag in an array of two");
		};
	}

	private static String text(String tag, JsonNode value) {
		if (value instanceof StringNode text) {
			return text.stringValue();
		}
		throw invalid(tag);
	}

	private static BigInteger integer(String text) {
		int digits = text.startsWith("-") ? text.length() - 1 : text.length();
		if (digits == 0 || digits > TreeFormat.MAX_DIGITS) {
			throw invalid(BIG_INT);
		}
		for (int i = text.length() - digits; i < text.length(); i++) {
			if (text.charAt(i) < '0' || text.charAt(i) > '9') {
				throw invalid(BIG_INT);
			}
		}
		return (digits <= 18) ? BigInteger.valueOf(Long.parseLong(text)) : new BigInteger(text);
	}

	private static byte[] bytes(String tag, JsonNode value) {
		try {
			return Base64.getDecoder().decode(text(tag, value));
		}
		catch (IllegalArgumentException ex) {
			throw invalid(tag);
		}
	}

	private static ProtocolException invalid(String tag) {
		return ProtocolException.malformed("invalid " + tag);
	}

}
