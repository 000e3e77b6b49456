package dev.rivet.store;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A row of an actor, or that there is none any more.
 *
 * @param id which row
 * @param values the values in the order of the table's columns: strings, numbers and byte
 * arrays; {@code null} if the row is deleted
 */
public record Row(RowKey id, @Nullable List<@Nullable Object> values) {

	public static Row of(Table table, Comparable<?> key, @Nullable Object... values) {
		return new Row(new RowKey(table, key), Arrays.asList(values));
	}

	public static Row deleted(Table table, Comparable<?> key) {
		return new Row(new RowKey(table, key), null);
	}

	public boolean isDeleted() {
		return this.values == null;
	}

	public long number(int column) {
		return ((Number) Objects.requireNonNull(value(column))).longValue();
	}

	public String text(int column) {
		return (String) Objects.requireNonNull(value(column));
	}

	public byte[] bytes(int column) {
		return (byte[]) Objects.requireNonNull(value(column));
	}

	public @Nullable Object value(int column) {
		return Objects.requireNonNull(this.values, "The row is deleted").get(column);
	}

}
