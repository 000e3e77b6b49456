package dev.rivet.actor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What an actor keeps by key, beside its state: durable, and not loaded when the actor
 * wakes. May be used in turns of the actor only. Reads see what the turn itself has
 * written; what it writes is committed with its other changes, or dropped with them.
 * <p>
 * Keys and values are bytes; text stands for its UTF-8. Keys are ordered by their bytes,
 * unsigned. A key has 1 to {@value #MAX_KEY_SIZE} bytes, a value at most
 * {@value #MAX_VALUE_SIZE}; a batch has at most {@value #MAX_BATCH_KEYS} keys and
 * {@value #MAX_BATCH_SIZE} bytes of keys and values. These limits are RivetKit's.
 * Whatever exceeds one is refused as {@code kv/key_too_large}, {@code kv/value_too_large}
 * or {@code kv/batch_too_large}, and nothing is written.
 */
public interface Kv {

	/**
	 * Largest key in bytes.
	 */
	int MAX_KEY_SIZE = 2_048;

	/**
	 * Largest value in bytes.
	 */
	int MAX_VALUE_SIZE = 131_072;

	/**
	 * Most keys of a batch.
	 */
	int MAX_BATCH_KEYS = 128;

	/**
	 * Most bytes of a batch: 976 KiB.
	 */
	int MAX_BATCH_SIZE = 999_424;

	/**
	 * Most entries that a list has if nothing is said.
	 */
	int DEFAULT_LIMIT = 16_384;

	/**
	 * Returns the text kept under a key.
	 * @param key the key
	 * @return the text, or {@code null} if there is none
	 */
	@Nullable String get(String key);

	/**
	 * Returns the bytes kept under a key.
	 * @param key the key
	 * @return the bytes, or {@code null} if there are none
	 */
	byte @Nullable [] getBytes(String key);

	/**
	 * Returns the bytes kept under a binary key.
	 * @param key the key
	 * @return the bytes, or {@code null} if there are none
	 */
	byte @Nullable [] getBytes(byte[] key);

	/**
	 * Keeps a text.
	 * @param key the key
	 * @param value the text
	 */
	void put(String key, String value);

	/**
	 * Keeps bytes.
	 * @param key the key
	 * @param value the bytes
	 */
	void put(String key, byte[] value);

	/**
	 * Keeps bytes under a binary key.
	 * @param key the key
	 * @param value the bytes
	 */
	void put(byte[] key, byte[] value);

	/**
	 * Deletes what is kept under a key, if anything is.
	 * @param key the key
	 */
	void delete(String key);

	/**
	 * Deletes what is kept under a binary key, if anything is.
	 * @param key the key
	 */
	void delete(byte[] key);

	/**
	 * Returns the texts kept under keys.
	 * @param keys the keys
	 * @return the texts that there are, in the order of the keys
	 */
	Map<String, String> getBatch(Collection<String> keys);

	/**
	 * Returns what is kept under binary keys.
	 * @param keys the keys
	 * @return the entries that there are, in the order of the keys
	 */
	List<Entry> getBinaryBatch(Collection<byte[]> keys);

	/**
	 * Keeps texts.
	 * @param values the texts by key
	 */
	void putBatch(Map<String, String> values);

	/**
	 * Keeps bytes.
	 * @param entries the entries
	 */
	void putBatch(Collection<Entry> entries);

	/**
	 * Deletes what is kept under keys.
	 * @param keys the keys
	 */
	void deleteBatch(Collection<String> keys);

	/**
	 * Deletes what is kept under binary keys.
	 * @param keys the keys
	 */
	void deleteBinaryBatch(Collection<byte[]> keys);

	/**
	 * Lists what is kept under keys with a prefix.
	 * @param prefix the prefix, or empty for all keys
	 * @return at most {@value #DEFAULT_LIMIT} entries in the order of their keys
	 */
	default List<Entry> list(String prefix) {
		return list(Range.prefix(prefix));
	}

	/**
	 * Lists what is kept in a range of keys.
	 * @param range the range
	 * @return the entries in the order of the range
	 */
	List<Entry> list(Range range);

	/**
	 * Deletes everything in a range of keys; its limit and order do not matter.
	 * @param range the range
	 */
	void deleteRange(Range range);

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * A key with what is kept under it.
	 *
	 * @param key the key
	 * @param value the value
	 */
	record Entry(byte[] key, byte[] value) {

		/**
		 * Makes an entry of texts.
		 * @param key the key
		 * @param value the value
		 * @return the entry
		 */
		public static Entry of(String key, String value) {
			return new Entry(bytes(key), bytes(value));
		}

		/**
		 * Returns the key as text.
		 * @return the key
		 */
		public String keyText() {
			return new String(this.key, StandardCharsets.UTF_8);
		}

		/**
		 * Returns the value as text.
		 * @return the value
		 */
		public String text() {
			return new String(this.value, StandardCharsets.UTF_8);
		}

	}

	/**
	 * A range of keys.
	 *
	 * @param from the first key, or {@code null} to begin with the smallest
	 * @param to the first key behind the range, or {@code null} to end with the largest
	 * @param limit the most entries
	 * @param reverse whether the largest key comes first
	 */
	record Range(byte @Nullable [] from, byte @Nullable [] to, int limit, boolean reverse) {

		/**
		 * Returns the range of all keys with a prefix.
		 * @param prefix the prefix
		 * @return the range
		 */
		public static Range prefix(String prefix) {
			return prefix(bytes(prefix));
		}

		/**
		 * Returns the range of all keys with a binary prefix.
		 * @param prefix the prefix
		 * @return the range
		 */
		public static Range prefix(byte[] prefix) {
			return new Range(prefix, behind(prefix), DEFAULT_LIMIT, false);
		}

		/**
		 * Returns a range of keys.
		 * @param from the first key
		 * @param to the first key behind the range
		 * @return the range
		 */
		public static Range between(String from, String to) {
			return new Range(bytes(from), bytes(to), DEFAULT_LIMIT, false);
		}

		/**
		 * Returns a range of binary keys.
		 * @param from the first key
		 * @param to the first key behind the range
		 * @return the range
		 */
		public static Range between(byte[] from, byte[] to) {
			return new Range(from, to, DEFAULT_LIMIT, false);
		}

		private static byte @Nullable [] behind(byte[] prefix) {
			for (int i = prefix.length - 1; i >= 0; i--) {
				if (prefix[i] != -1) {
					byte[] behind = Arrays.copyOf(prefix, i + 1);
					behind[i]++;
					return behind;
				}
			}
			return null;
		}

		/**
		 * Returns this range with another limit.
		 * @param limit the most entries
		 * @return the range
		 */
		public Range limitedTo(int limit) {
			return new Range(this.from, this.to, limit, this.reverse);
		}

		/**
		 * Returns this range with the largest key first.
		 * @return the range
		 */
		public Range reversed() {
			return new Range(this.from, this.to, this.limit, true);
		}

	}

}
