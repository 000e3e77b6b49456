package dev.rivet.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A stretch of bytes that is read from front to back. Every length is checked against
 * what remains before anything is allocated for it.
 */
final class ByteInput {

	private final byte[] bytes;

	private final int end;

	private int position;

	ByteInput(byte[] bytes) {
		this(bytes, 0, bytes.length);
	}

	private ByteInput(byte[] bytes, int position, int end) {
		this.bytes = bytes;
		this.position = position;
		this.end = end;
	}

	boolean isAtEnd() {
		return this.position == this.end;
	}

	int read() {
		require(1);
		return this.bytes[this.position++] & 0xFF;
	}

	int peek() {
		require(1);
		return this.bytes[this.position] & 0xFF;
	}

	long readBigEndian(int length) {
		require(length);
		long value = 0;
		for (int i = 0; i < length; i++) {
			value = (value << 8) | (this.bytes[this.position++] & 0xFF);
		}
		return value;
	}

	long readLittleEndian(int length) {
		return Long.reverseBytes(readBigEndian(length)) >>> (64 - 8 * length);
	}

	/**
	 * Read a number as BARE writes it, seven bits to a byte.
	 */
	long readVarint() {
		long value = 0;
		for (int shift = 0; shift < 64; shift += 7) {
			int next = read();
			if (shift == 63 && next > 1) {
				break;
			}
			value |= (long) (next & 0x7F) << shift;
			if (next < 0x80) {
				return value;
			}
		}
		throw ProtocolException.malformed("number too long");
	}

	byte[] readBytes(long length) {
		int start = skip(length);
		return Arrays.copyOfRange(this.bytes, start, this.position);
	}

	String readText(long length) {
		int start = skip(length);
		String text = new String(this.bytes, start, this.position - start, StandardCharsets.UTF_8);
		// Decoding leaves this mark for what is not UTF-8, but it may also have been sent
		if (text.indexOf('\uFFFD') >= 0) {
			checkText(start);
		}
		return text;
	}

	private void checkText(int start) {
		try {
			StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(this.bytes, start, this.position - start));
		}
		catch (CharacterCodingException ex) {
			throw ProtocolException.malformed("text is not UTF-8", ex);
		}
	}

	/**
	 * Cut off the next bytes as an input of their own.
	 */
	ByteInput slice(long length) {
		int start = skip(length);
		return new ByteInput(this.bytes, start, this.position);
	}

	void requireEnd() {
		if (!isAtEnd()) {
			throw ProtocolException.malformed("trailing content");
		}
	}

	private int skip(long length) {
		require(length);
		int start = this.position;
		this.position += (int) length;
		return start;
	}

	private void require(long length) {
		// Negative is a length beyond 2^63
		if (length < 0 || length > this.end - this.position) {
			throw ProtocolException.malformed("unexpected end");
		}
	}

}
