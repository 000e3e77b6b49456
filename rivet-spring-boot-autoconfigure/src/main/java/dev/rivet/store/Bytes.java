package dev.rivet.store;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A binary key. Keys are ordered by their bytes, unsigned, as databases do it.
 *
 * @param value the bytes, which must not be changed
 */
public record Bytes(byte[] value) implements Comparable<Bytes> {

	@Override
	public int compareTo(Bytes other) {
		return Arrays.compareUnsigned(this.value, other.value);
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Bytes bytes && Arrays.equals(this.value, bytes.value);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.value);
	}

	@Override
	public String toString() {
		return HexFormat.of().formatHex(this.value);
	}

}
