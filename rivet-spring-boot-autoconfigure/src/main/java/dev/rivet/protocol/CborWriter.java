package dev.rivet.protocol;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BinaryNode;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

/**
 * Writes trees as CBOR that clients read as what was meant.
 */
final class CborWriter {

	private final ByteOutput output;

	private final boolean escape;

	private int depth;

	/**
	 * Create a writer.
	 * @param output where to write
	 * @param escape whether arrays that look like {@link DollarTags} are escaped
	 */
	CborWriter(ByteOutput output, boolean escape) {
		this.output = output;
		this.escape = escape;
	}

	void write(JsonNode node) {
		switch (node.getNodeType()) {
			case OBJECT -> writeObject((ObjectNode) node);
			case ARRAY -> writeArray((ArrayNode) node);
			case STRING -> writeText(node.stringValue());
			case NUMBER -> writeNumber((NumericNode) node);
			case BOOLEAN -> this.output.write(node.booleanValue() ? Cbor.TRUE : Cbor.FALSE);
			case NULL, MISSING -> this.output.write(Cbor.NULL);
			case BINARY -> writeTaggedBytes(Cbor.TAG_UINT8_ARRAY, ((BinaryNode) node).binaryValue());
			case POJO -> writeEmbedded((POJONode) node);
		}
	}

	private void writeObject(ObjectNode object) {
		enter();
		writeHead(Cbor.MAP, object.size());
		for (Map.Entry<String, JsonNode> property : object.properties()) {
			writeText(property.getKey());
			write(property.getValue());
		}
		this.depth--;
	}

	private void writeArray(ArrayNode array) {
		enter();
		writeHead(Cbor.ARRAY, array.size());
		if (this.escape && DollarTags.looksTagged(array)) {
			writeText("$" + array.get(0).stringValue());
			write(array.get(1));
		}
		else {
			for (JsonNode element : array) {
				write(element);
			}
		}
		this.depth--;
	}

	private void enter() {
		if (++this.depth > TreeFormat.MAX_DEPTH_WRITE) {
			throw new IllegalArgumentException(
					"Value cannot be sent: nested deeper than " + TreeFormat.MAX_DEPTH_WRITE + " levels");
		}
	}

	private void writeText(String text) {
		byte[] utf8 = ByteOutput.utf8(text);
		writeHead(Cbor.TEXT, utf8.length);
		this.output.write(utf8);
	}

	private void writeTaggedBytes(int tag, byte[] bytes) {
		writeHead(Cbor.TAG, tag);
		writeHead(Cbor.BYTES, bytes.length);
		this.output.write(bytes);
	}

	private void writeNumber(NumericNode number) {
		switch (number.numberType()) {
			case INT, LONG -> writeLong(number.longValue());
			case BIG_INTEGER -> writeBigInteger(number.bigIntegerValue());
			// Not the nearest double, but the one that is written the same
			case FLOAT -> writeDouble(Double.parseDouble(Float.toString(number.floatValue())));
			case DOUBLE -> writeDouble(number.doubleValue());
			case BIG_DECIMAL -> writeDouble(number.decimalValue().doubleValue());
		}
	}

	private void writeLong(long value) {
		long bits = value ^ (value >> 63);
		if (bits <= 0xFFFF_FFFFL) {
			writeHead((value < 0) ? Cbor.NEGATIVE : Cbor.UNSIGNED, bits);
		}
		else if (Numbers.isSafe(value)) {
			writeDouble(value);
		}
		else {
			writeLongHead(value < 0, bits);
		}
	}

	private void writeBigInteger(BigInteger value) {
		boolean negative = value.signum() < 0;
		// -1 - n, which is how CBOR writes a negative n
		BigInteger bits = negative ? value.not() : value;
		if (bits.bitLength() <= 64) {
			writeLongHead(negative, bits.longValue());
			return;
		}
		byte[] bytes = bits.toByteArray();
		if (bytes[0] == 0) {
			bytes = Arrays.copyOfRange(bytes, 1, bytes.length);
		}
		writeTaggedBytes(negative ? Cbor.TAG_NEGATIVE_BIG_INT : Cbor.TAG_BIG_INT, bytes);
	}

	/**
	 * Write an integer with a head of eight bytes, which makes it a BigInt.
	 */
	private void writeLongHead(boolean negative, long bits) {
		this.output.write((negative ? Cbor.NEGATIVE : Cbor.UNSIGNED) << 5 | Cbor.EIGHT_BYTES);
		this.output.writeBigEndian(bits, 8);
	}

	private void writeDouble(double value) {
		this.output.write(Cbor.DOUBLE);
		this.output.writeBigEndian(Double.doubleToLongBits(value), 8);
	}

	private void writeEmbedded(POJONode node) {
		if (node.getPojo() instanceof byte[] bytes) {
			writeTaggedBytes(Cbor.TAG_UINT8_ARRAY, bytes);
		}
		else if (node.getPojo() instanceof Instant date) {
			writeDate(date);
		}
		else {
			throw TreeFormat.notWritable(node.getPojo());
		}
	}

	private void writeDate(Instant date) {
		writeHead(Cbor.TAG, Cbor.TAG_EPOCH);
		Long millis = Dates.epochMilli(date);
		if (millis == null) {
			writeDouble(Double.NaN);
		}
		else if (millis % 1000 == 0 && millis >= 0 && millis / 1000 <= 0xFFFF_FFFFL) {
			writeHead(Cbor.UNSIGNED, millis / 1000);
		}
		else {
			writeDouble(millis / 1000.0);
		}
	}

	private void writeHead(int major, long argument) {
		int type = major << 5;
		if (argument < Cbor.ONE_BYTE) {
			this.output.write(type | (int) argument);
		}
		else if (argument <= 0xFF) {
			this.output.write(type | Cbor.ONE_BYTE);
			this.output.write((int) argument);
		}
		else if (argument <= 0xFFFF) {
			this.output.write(type | Cbor.TWO_BYTES);
			this.output.writeBigEndian(argument, 2);
		}
		else {
			this.output.write(type | Cbor.FOUR_BYTES);
			this.output.writeBigEndian(argument, 4);
		}
	}

}
