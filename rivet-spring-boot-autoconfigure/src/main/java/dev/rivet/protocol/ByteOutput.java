package dev.rivet.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that grow at the end.
 */
final class ByteOutput {

	private static final int MAX_SIZE = Integer.MAX_VALUE - 8;

	private byte[] bytes = new byte[128];

	private int size;

	int size() {
		return this.size;
	}

	void write(int value) {
		reserve(1);
		this.bytes[this.size++] = (byte) value;
	}

	void write(byte[] value) {
		reserve(value.length);
		System.arraycopy(value, 0, this.bytes, this.size, value.length);
		this.size += value.length;
	}

	/**
	 * Write the lowest bytes of a value, the highest of them first.
	 */
	void writeBigEndian(long value, int length) {
		reserve(length);
		for (int shift = 8 * (length - 1); shift >= 0; shift -= 8) {
			this.bytes[this.size++] = (byte) (value >>> shift);
		}
	}

	/**
	 * Write the lowest bytes of a value, the lowest of them first.
	 */
	void writeLittleEndian(long value, int length) {
		writeBigEndian(Long.reverseBytes(value) >>> (64 - 8 * length), length);
	}

	/**
	 * Write a number as BARE does, seven bits to a byte.
	 */
	void writeVarint(long value) {
		long rest = value;
		while ((rest & ~0x7FL) != 0) {
			write((int) (rest & 0x7F) | 0x80);
			rest >>>= 7;
		}
		write((int) rest);
	}

	/**
	 * Put the length of what was written since a position in front of it.
	 */
	void insertLength(int position) {
		int length = this.size - position;
		writeVarint(length);
		byte[] prefix = Arrays.copyOfRange(this.bytes, position + length, this.size);
		System.arraycopy(this.bytes, position, this.bytes, position + prefix.length, length);
		System.arraycopy(prefix, 0, this.bytes, position, prefix.length);
	}

	byte[] toByteArray() {
		return Arrays.copyOf(this.bytes, this.size);
	}

	static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private void reserve(int length) {
		int needed = Math.addExact(this.size, length);
		if (needed > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(needed, (int) Math.min(2L * this.bytes.length, MAX_SIZE)));
		}
	}

}
