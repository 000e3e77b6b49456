package dev.rivet.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A statement about rows of an actor, which follows that which makes sure that the actor
 * may be changed.
 *
 * @param sql the statement
 * @param parameters its parameters
 */
record RowStatement(String sql, List<@Nullable Object> parameters) {

	static List<RowStatement> of(ChangeSet changes, Database database) {
		if (changes.transition() instanceof ChangeSet.Destroyed destroyed) {
			RowStatement tombstone = new RowStatement(
					"UPDATE rivet_actor SET destroyed_at = ?, tombstone = id, input = NULL WHERE id = ?",
					List.of(destroyed.at().toEpochMilli(), changes.actorId()));
			return Stream
				.concat(Stream.of(tombstone),
						Stream.of(Table.values())
							.map((table) -> new RowStatement(table.clear(), List.of(changes.actorId()))))
				.toList();
		}
		return changes.rows().stream().map((row) -> of(changes.actorId(), row, database)).toList();
	}

	private static RowStatement of(String actorId, Row row, Database database) {
		Table table = row.id().table();
		List<@Nullable Object> parameters = new ArrayList<>();
		parameters.add(actorId);
		if (table.hasKey()) {
			parameters.add(parameter(row.id().key()));
		}
		List<@Nullable Object> values = row.values();
		if (values != null) {
			parameters.addAll(values);
		}
		return new RowStatement((values != null) ? table.write(database) : table.delete(), parameters);
	}

	static Object parameter(Comparable<?> key) {
		return (key instanceof Bytes bytes) ? bytes.value() : key;
	}

	void bind(PreparedStatement statement) throws SQLException {
		for (int i = 0; i < this.parameters.size(); i++) {
			statement.setObject(i + 1, this.parameters.get(i));
		}
	}

}
