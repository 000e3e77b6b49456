package dev.rivet.protocol;

import java.math.BigInteger;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NumericNode;

/**
 * The element type of a JavaScript typed array, which RFC 8746 puts into the bits of a
 * CBOR tag: {@code 010fsell}, for floating point, signed, little endian and the length.
 */
record TypedArray(boolean floatingPoint, boolean signed, boolean littleEndian, int length) {

	static TypedArray ofTag(int tag) {
		boolean floatingPoint = (tag & 0x10) != 0;
		int length = 1 << ((tag & 3) + (floatingPoint ? 1 : 0));
		boolean signed = (tag & 8) != 0;
		boolean littleEndian = (tag & 4) != 0;
		// There is no floating point of 16 bytes in JavaScript, and tag 76 is unassigned
		if (length > 8 || (length == 1 && littleEndian)) {
			throw ProtocolException.malformed("unknown CBOR tag " + tag);
		}
		return new TypedArray(floatingPoint, signed, littleEndian, length);
	}

	ArrayNode read(byte[] bytes) {
		if (bytes.length % this.length != 0) {
			throw ProtocolException.malformed("invalid content of a CBOR tag");
		}
		ArrayNode array = JsonNodeFactory.instance.arrayNode(bytes.length / this.length);
		ByteInput input = new ByteInput(bytes);
		while (!input.isAtEnd()) {
			array.add(element(
					this.littleEndian ? input.readLittleEndian(this.length) : input.readBigEndian(this.length)));
		}
		return array;
	}

	private NumericNode element(long bits) {
		if (this.floatingPoint) {
			return Numbers.node(switch (this.length) {
				case 2 -> half((int) bits);
				case 4 -> Float.intBitsToFloat((int) bits);
				default -> Double.longBitsToDouble(bits);
			});
		}
		if (this.length == 8) {
			return BigIntegerNode.valueOf((this.signed || bits >= 0) ? BigInteger.valueOf(bits)
					: new BigInteger(Long.toUnsignedString(bits)));
		}
		int unused = 64 - 8 * this.length;
		return Numbers.node(this.signed ? (bits << unused) >> unused : bits);
	}

	/**
	 * Return the value of a floating point number of 16 bits.
	 */
	static double half(int bits) {
		int exponent = (bits >> 10) & 0x1F;
		int mantissa = bits & 0x3FF;
		double magnitude = switch (exponent) {
			case 0 -> Math.scalb((double) mantissa, -24);
			case 31 -> (mantissa == 0) ? Double.POSITIVE_INFINITY : Double.NaN;
			default -> Math.scalb((double) (mantissa + 1024), exponent - 25);
		};
		return ((bits & 0x8000) != 0) ? -magnitude : magnitude;
	}

}
