package dev.rivet.store;

import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Some rows of an actor in a table, in the order of their keys.
 *
 * @param table the table
 * @param keys the keys meant, or {@code null} for all in the range
 * @param from the first key, or {@code null} to begin with the smallest
 * @param to the first key that is not meant any more, or {@code null} to end with the
 * largest
 * @param reverse whether the largest key comes first
 * @param limit the largest number of rows
 */
public record RowRange(Table table, @Nullable Collection<? extends Comparable<?>> keys, @Nullable Comparable<?> from,
		@Nullable Comparable<?> to, boolean reverse, int limit) {

	/**
	 * Returns all rows of an actor in a table.
	 */
	public static RowRange all(Table table) {
		return new RowRange(table, null, null, null, false, Integer.MAX_VALUE);
	}

	/**
	 * Returns the rows with some keys.
	 */
	public static RowRange of(Table table, Collection<? extends Comparable<?>> keys) {
		return new RowRange(table, keys, null, null, false, Integer.MAX_VALUE);
	}

	/**
	 * Returns whether a row is meant as far as its key says.
	 */
	@SuppressWarnings("unchecked")
	public boolean contains(RowKey row) {
		Comparable<Object> key = (Comparable<Object>) row.key();
		return row.table() == this.table && (this.keys == null || this.keys.contains(key))
				&& (this.from == null || key.compareTo(this.from) >= 0)
				&& (this.to == null || key.compareTo(this.to) < 0);
	}

	public RowRange limitedTo(int limit) {
		return new RowRange(this.table, this.keys, this.from, this.to, this.reverse, limit);
	}

	String sql() {
		StringBuilder condition = new StringBuilder();
		if (this.keys != null) {
			condition.append(" AND {key} IN (")
				.append(String.join(", ", Collections.nCopies(this.keys.size(), "?")))
				.append(")");
		}
		condition.append((this.from != null) ? " AND {key} >= ?" : "");
		condition.append((this.to != null) ? " AND {key} < ?" : "");
		condition.append(this.table.hasKey() ? " ORDER BY {key}" + (this.reverse ? " DESC" : "") : "");
		return this.table.select(condition + " LIMIT ?");
	}

	List<Object> parameters(String actorId) {
		List<Object> parameters = new ArrayList<>();
		parameters.add(actorId);
		if (this.keys != null) {
			this.keys.forEach((key) -> parameters.add(RowStatement.parameter(key)));
		}
		if (this.from != null) {
			parameters.add(RowStatement.parameter(this.from));
		}
		if (this.to != null) {
			parameters.add(RowStatement.parameter(this.to));
		}
		parameters.add(this.limit);
		return parameters;
	}

	Row map(ResultSet row, int number) throws SQLException {
		int column = 1;
		Object key = this.table.hasKey() ? value(row, column++) : "";
		List<@Nullable Object> values = new ArrayList<>();
		for (int i = 0; i < this.table.columns().size(); i++) {
			values.add(value(row, column++));
		}
		return new Row(new RowKey(this.table, (key instanceof byte[] bytes) ? new Bytes(bytes)
				: (key instanceof Number id) ? id.longValue() : String.valueOf(key)), values);
	}

	private static @Nullable Object value(ResultSet row, int column) throws SQLException {
		Object value = row.getObject(column);
		return (value instanceof Blob) ? row.getBytes(column) : value;
	}

}
