package dev.rivet.protocol;

/**
 * The numbers of RFC 8949, and of the tags registered beside it that clients use.
 */
final class Cbor {

	static final int UNSIGNED = 0;

	static final int NEGATIVE = 1;

	static final int BYTES = 2;

	static final int TEXT = 3;

	static final int ARRAY = 4;

	static final int MAP = 5;

	static final int TAG = 6;

	static final int ONE_BYTE = 24;

	static final int TWO_BYTES = 25;

	static final int FOUR_BYTES = 26;

	static final int EIGHT_BYTES = 27;

	static final int INDEFINITE = 31;

	static final int FALSE = 0xF4;

	static final int TRUE = 0xF5;

	static final int NULL = 0xF6;

	static final int UNDEFINED = 0xF7;

	static final int HALF = 0xF9;

	static final int FLOAT = 0xFA;

	static final int DOUBLE = 0xFB;

	static final int BREAK = 0xFF;

	static final int TAG_DATE_TEXT = 0;

	static final int TAG_EPOCH = 1;

	static final int TAG_BIG_INT = 2;

	static final int TAG_NEGATIVE_BIG_INT = 3;

	static final int TAG_OBJECT = 27;

	static final int TAG_UINT8_ARRAY = 64;

	static final int TAG_UINT8_CLAMPED_ARRAY = 68;

	static final int TAG_LAST_TYPED_ARRAY = 87;

	static final int TAG_SET = 258;

	static final int TAG_MAP = 259;

	private Cbor() {
	}

}
