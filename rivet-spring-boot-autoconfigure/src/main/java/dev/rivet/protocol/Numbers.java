package dev.rivet.protocol;

import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.NumericNode;

/**
 * What JavaScript's single number type means for ours.
 */
final class Numbers {

	/**
	 * The largest integer up to which every integer is a JavaScript number.
	 */
	static final long MAX_SAFE = (1L << 53) - 1;

	private Numbers() {
	}

	static boolean isSafe(long value) {
		return value >= -MAX_SAFE && value <= MAX_SAFE;
	}

	static NumericNode node(long value) {
		return (value == (int) value) ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
	}

	/**
	 * Return the node for a floating point number, which is an integer if it can be one:
	 * clients have no other way of writing large integers.
	 */
	static NumericNode node(double value) {
		long integer = (long) value;
		boolean exact = integer == value && isSafe(integer);
		boolean negativeZero = integer == 0 && Double.doubleToRawLongBits(value) != 0;
		return (exact && !negativeZero) ? node(integer) : DoubleNode.valueOf(value);
	}

}
