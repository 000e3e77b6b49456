package dev.rivet.runtime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import dev.rivet.actor.Kv;
import dev.rivet.store.Bytes;
import dev.rivet.store.Row;
import dev.rivet.store.RowRange;
import dev.rivet.store.Table;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The {@link Kv} of one activation. It remembers nothing: what a turn has written and
 * what is on its way to the store is known to both already.
 */
final class TurnKv implements Kv {

	/**
	 * Their values, which are read for that, may have 128 KiB each.
	 */
	private static final int DELETED_AT_ONCE = 100;

	private final Activation activation;

	TurnKv(Activation activation) {
		this.activation = activation;
	}

	@Override
	public @Nullable String get(String key) {
		byte[] value = getBytes(key);
		return (value != null) ? text(value) : null;
	}

	@Override
	public byte @Nullable [] getBytes(String key) {
		return getBytes(bytes(key));
	}

	@Override
	public byte @Nullable [] getBytes(byte[] key) {
		List<Row> rows = rows(RowRange.of(Table.VALUE, List.of(key(key))));
		return rows.isEmpty() ? null : rows.get(0).bytes(0).clone();
	}

	@Override
	public void put(String key, String value) {
		put(bytes(key), bytes(value));
	}

	@Override
	public void put(String key, byte[] value) {
		put(bytes(key), value);
	}

	@Override
	public void put(byte[] key, byte[] value) {
		this.activation.turn().write(row(key, value));
	}

	@Override
	public void delete(String key) {
		delete(bytes(key));
	}

	@Override
	public void delete(byte[] key) {
		this.activation.turn().write(Row.deleted(Table.VALUE, key(key)));
	}

	@Override
	public Map<String, String> getBatch(Collection<String> keys) {
		Map<String, String> values = new LinkedHashMap<>();
		getBinaryBatch(binary(keys)).forEach((entry) -> values.put(entry.keyText(), entry.text()));
		return values;
	}

	@Override
	public List<Entry> getBinaryBatch(Collection<byte[]> keys) {
		Set<Bytes> wanted = keys(keys);
		if (wanted.isEmpty()) {
			return List.of();
		}
		Map<Object, Entry> found = new HashMap<>();
		rows(RowRange.of(Table.VALUE, List.copyOf(wanted))).forEach((row) -> found.put(row.id().key(), entry(row)));
		return wanted.stream().map(found::get).filter(Objects::nonNull).toList();
	}

	private static List<byte[]> binary(Collection<String> keys) {
		return keys.stream().map(TurnKv::bytes).toList();
	}

	private static Set<Bytes> keys(Collection<byte[]> keys) {
		checkBatch(keys.stream().map((key) -> new Entry(key, new byte[0])).toList());
		return keys.stream().map(TurnKv::key).collect(Collectors.toCollection(LinkedHashSet::new));
	}

	private static Entry entry(Row row) {
		return new Entry(((Bytes) row.id().key()).value().clone(), row.bytes(0).clone());
	}

	@Override
	public void putBatch(Map<String, String> values) {
		putBatch(values.entrySet().stream().map((entry) -> Entry.of(entry.getKey(), entry.getValue())).toList());
	}

	@Override
	public void putBatch(Collection<Entry> entries) {
		checkBatch(entries);
		Turn turn = this.activation.turn();
		entries.stream().map((entry) -> row(entry.key(), entry.value())).toList().forEach(turn::write);
	}

	@Override
	public void deleteBatch(Collection<String> keys) {
		deleteBinaryBatch(binary(keys));
	}

	@Override
	public void deleteBinaryBatch(Collection<byte[]> keys) {
		Turn turn = this.activation.turn();
		keys(keys).forEach((key) -> turn.write(Row.deleted(Table.VALUE, key)));
	}

	@Override
	public List<Entry> list(Range range) {
		Assert.isTrue(range.limit() > 0, "The limit of a list must be positive");
		return rows(rows(range, range.limit())).stream().map(TurnKv::entry).toList();
	}

	@Override
	public void deleteRange(Range range) {
		Turn turn = this.activation.turn();
		Range left = new Range(range.from(), range.to(), DELETED_AT_ONCE, false);
		List<Row> page;
		do {
			page = rows(rows(left, DELETED_AT_ONCE));
			page.forEach((row) -> turn.write(Row.deleted(Table.VALUE, row.id().key())));
			left = page.isEmpty() ? left : behind(page.get(page.size() - 1), left);
		}
		while (page.size() == DELETED_AT_ONCE);
	}

	private static Range behind(Row row, Range range) {
		byte[] key = ((Bytes) row.id().key()).value();
		return new Range(Arrays.copyOf(key, key.length + 1), range.to(), range.limit(), range.reverse());
	}

	private static RowRange rows(Range range, int limit) {
		byte[] from = range.from();
		byte[] to = range.to();
		return new RowRange(Table.VALUE, null, (from != null && from.length > 0) ? new Bytes(from) : null,
				(to != null) ? new Bytes(to) : null, range.reverse(), limit);
	}

	private List<Row> rows(RowRange range) {
		this.activation.turn();
		return this.activation.live().rows(range);
	}

	private static Row row(byte[] key, byte[] value) {
		if (value.length > MAX_VALUE_SIZE) {
			throw Errors.kvTooLarge("value", value.length, MAX_VALUE_SIZE);
		}
		return Row.of(Table.VALUE, key(key), value.clone());
	}

	private static Bytes key(byte[] key) {
		Assert.isTrue(key.length > 0, "A key must not be empty");
		if (key.length > MAX_KEY_SIZE) {
			throw Errors.kvTooLarge("key", key.length, MAX_KEY_SIZE);
		}
		return new Bytes(key.clone());
	}

	private static void checkBatch(Collection<Entry> entries) {
		if (entries.size() > MAX_BATCH_KEYS) {
			throw Errors.kvBatchTooLarge("keys", entries.size(), MAX_BATCH_KEYS);
		}
		long size = entries.stream().mapToLong((entry) -> entry.key().length + entry.value().length).sum();
		if (size > MAX_BATCH_SIZE) {
			throw Errors.kvBatchTooLarge("bytes", size, MAX_BATCH_SIZE);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
