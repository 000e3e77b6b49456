package dev.rivet.protocol;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.BinaryNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;
import tools.jackson.databind.node.StringNode;

/**
 * Reads CBOR as clients write it.
 */
final class CborReader {

	private static final int MAX_BIG_INT_BYTES = (int) (TreeFormat.MAX_DIGITS * 3.33 / 8);

	/**
	 * How many arrays, maps and tagged values may be in a value: each takes up to 80
	 * bytes of the heap, and maybe only one of the message.
	 */
	static final int MAX_CONTAINERS = 500_000;

	private final ByteInput input;

	private final boolean resolve;

	private int depth;

	private int containers;

	/**
	 * Create a reader.
	 * @param input where to read
	 * @param resolve whether {@link DollarTags} are resolved
	 */
	CborReader(ByteInput input, boolean resolve) {
		this.input = input;
		this.resolve = resolve;
	}

	JsonNode read() {
		int initial = this.input.read();
		int argument = initial & 0x1F;
		return switch (initial >> 5) {
			case Cbor.UNSIGNED -> readInteger(argument, false);
			case Cbor.NEGATIVE -> readInteger(argument, true);
			case Cbor.BYTES -> BinaryNode.valueOf(readBytes(argument));
			case Cbor.TEXT -> StringNode.valueOf(readText(argument));
			case Cbor.ARRAY -> resolve(readArray(argument));
			case Cbor.MAP -> readMap(argument);
			case Cbor.TAG -> readTagged(argument);
			default -> readSimple(initial);
		};
	}

	/**
	 * Read the number that an initial byte announces. As an unsigned one it may be beyond
	 * 2^63.
	 */
	private long readArgument(int argument) {
		return switch (argument) {
			case Cbor.ONE_BYTE -> this.input.read();
			case Cbor.TWO_BYTES -> this.input.readBigEndian(2);
			case Cbor.FOUR_BYTES -> this.input.readBigEndian(4);
			case Cbor.EIGHT_BYTES -> this.input.readBigEndian(8);
			default -> {
				if (argument > Cbor.EIGHT_BYTES) {
					throw ProtocolException.malformed("invalid CBOR length");
				}
				yield argument;
			}
		};
	}

	private NumericNode readInteger(int argument, boolean negative) {
		long bits = readArgument(argument);
		if (argument < Cbor.EIGHT_BYTES) {
			return Numbers.node(negative ? ~bits : bits);
		}
		BigInteger value = (bits >= 0) ? BigInteger.valueOf(bits) : new BigInteger(Long.toUnsignedString(bits));
		return BigIntegerNode.valueOf(negative ? value.not() : value);
	}

	private byte[] readBytes(int argument) {
		if (argument != Cbor.INDEFINITE) {
			return this.input.readBytes(readArgument(argument));
		}
		ByteArrayOutputStream chunks = new ByteArrayOutputStream();
		while (!readBreak()) {
			chunks.writeBytes(this.input.readBytes(readChunkLength(Cbor.BYTES)));
		}
		return chunks.toByteArray();
	}

	private String readText(int argument) {
		if (argument != Cbor.INDEFINITE) {
			return this.input.readText(readArgument(argument));
		}
		StringBuilder chunks = new StringBuilder();
		while (!readBreak()) {
			chunks.append(this.input.readText(readChunkLength(Cbor.TEXT)));
		}
		return chunks.toString();
	}

	private long readChunkLength(int major) {
		int initial = this.input.read();
		if (initial >> 5 != major) {
			throw ProtocolException.malformed("invalid CBOR chunk");
		}
		return readArgument(initial & 0x1F);
	}

	private boolean readBreak() {
		if (this.input.peek() != Cbor.BREAK) {
			return false;
		}
		this.input.read();
		return true;
	}

	private ArrayNode readArray(int argument) {
		enter();
		ArrayNode array = JsonNodeFactory.instance.arrayNode();
		boolean set = false;
		long length = readContainerLength(argument);
		for (long i = 0; hasNext(i, length); i++) {
			if (this.resolve && DollarTags.awaitsSetItems(array) && this.input.peek() >> 5 == Cbor.ARRAY) {
				set = true;
				array.add(readArray(this.input.read() & 0x1F));
			}
			else {
				array.add(read());
			}
		}
		if (set && array.size() != 2) {
			array.set(1, DollarTags.resolve((ArrayNode) array.get(1)));
		}
		this.depth--;
		return array;
	}

	private JsonNode resolve(ArrayNode array) {
		return this.resolve ? DollarTags.resolve(array) : array;
	}

	private ObjectNode readMap(int argument) {
		enter();
		ObjectNode object = JsonNodeFactory.instance.objectNode();
		long length = readContainerLength(argument);
		for (long i = 0; hasNext(i, length); i++) {
			String key = readKey();
			object.set(key, read());
		}
		this.depth--;
		return object;
	}

	private String readKey() {
		int initial = this.input.peek();
		if (initial >> 5 == Cbor.TEXT) {
			return readText(this.input.read() & 0x1F);
		}
		JsonNode key = read();
		if (key.isContainer()) {
			// Its text would have to be escaped, and that again in the key around it
			throw ProtocolException.malformed("an object or array as a key");
		}
		return (key.isPojo() || key.isNull()) ? text(key) : key.asString();
	}

	private static String text(JsonNode key) {
		return (key instanceof POJONode date && date.getPojo() instanceof Instant instant) ? Dates.text(instant)
				: "null";
	}

	/**
	 * Read the number of entries, of which there must at least be room for the first
	 * bytes. Negative is unknown.
	 */
	private long readContainerLength(int argument) {
		if (argument == Cbor.INDEFINITE) {
			return -1;
		}
		long length = readArgument(argument);
		if (length < 0) {
			throw ProtocolException.malformed("invalid CBOR length");
		}
		return length;
	}

	private boolean hasNext(long index, long length) {
		return (length >= 0) ? index < length : !readBreak();
	}

	private void enter() {
		if (++this.containers > MAX_CONTAINERS) {
			throw ProtocolException.malformed("more than " + MAX_CONTAINERS + " arrays and objects");
		}
		if (++this.depth > TreeFormat.MAX_DEPTH_READ) {
			throw ProtocolException.malformed("nested deeper than " + TreeFormat.MAX_DEPTH_READ + " levels");
		}
	}

	private JsonNode readTagged(int argument) {
		enter();
		long tag = readArgument(argument);
		JsonNode node;
		if (tag == Cbor.TAG_OBJECT || tag == Cbor.TAG_SET) {
			node = readArray(readMajor(Cbor.ARRAY));
		}
		else if (tag == Cbor.TAG_MAP) {
			node = readMap(readMajor(Cbor.MAP));
		}
		else if (tag == Cbor.TAG_DATE_TEXT) {
			node = date(readText(readMajor(Cbor.TEXT)));
		}
		else if (tag == Cbor.TAG_EPOCH) {
			node = readEpoch();
		}
		else if (tag == Cbor.TAG_BIG_INT || tag == Cbor.TAG_NEGATIVE_BIG_INT) {
			node = bigInteger(readBytes(readMajor(Cbor.BYTES)), tag == Cbor.TAG_NEGATIVE_BIG_INT);
		}
		else if (tag == Cbor.TAG_UINT8_ARRAY || tag == Cbor.TAG_UINT8_CLAMPED_ARRAY) {
			node = BinaryNode.valueOf(readBytes(readMajor(Cbor.BYTES)));
		}
		else if (tag > Cbor.TAG_UINT8_ARRAY && tag <= Cbor.TAG_LAST_TYPED_ARRAY) {
			node = TypedArray.ofTag((int) tag).read(readBytes(readMajor(Cbor.BYTES)));
		}
		else {
			throw ProtocolException.malformed("unknown CBOR tag " + Long.toUnsignedString(tag));
		}
		this.depth--;
		return node;
	}

	private int readMajor(int major) {
		int initial = this.input.read();
		if (initial >> 5 != major) {
			throw ProtocolException.malformed("invalid content of a CBOR tag");
		}
		return initial & 0x1F;
	}

	private static JsonNode date(String text) {
		try {
			return Dates.node(Instant.parse(text).toEpochMilli());
		}
		catch (DateTimeException | ArithmeticException ex) {
			throw ProtocolException.malformed("invalid date", ex);
		}
	}

	private JsonNode readEpoch() {
		JsonNode seconds = read();
		if (!seconds.isNumber()) {
			throw ProtocolException.malformed("invalid content of a CBOR tag");
		}
		return Dates.node(seconds.numberValue().doubleValue() * 1000);
	}

	private static JsonNode bigInteger(byte[] magnitude, boolean negative) {
		if (magnitude.length > MAX_BIG_INT_BYTES) {
			throw ProtocolException.malformed("number too long");
		}
		BigInteger value = new BigInteger(1, magnitude);
		return BigIntegerNode.valueOf(negative ? value.not() : value);
	}

	private JsonNode readSimple(int initial) {
		return switch (initial) {
			case Cbor.FALSE -> BooleanNode.FALSE;
			case Cbor.TRUE -> BooleanNode.TRUE;
			case Cbor.NULL, Cbor.UNDEFINED -> NullNode.getInstance();
			case Cbor.HALF -> Numbers.node(TypedArray.half((int) this.input.readBigEndian(2)));
			case Cbor.FLOAT -> Numbers.node((double) Float.intBitsToFloat((int) this.input.readBigEndian(4)));
			case Cbor.DOUBLE -> Numbers.node(Double.longBitsToDouble(this.input.readBigEndian(8)));
			default -> throw ProtocolException.malformed("invalid CBOR");
		};
	}

}
