package dev.rivet.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

import dev.rivet.actor.ActorKey;
import org.jspecify.annotations.Nullable;

/**
 * The columns of an actor's row that the outside sees.
 */
final class ActorRows {

	static final String COLUMNS = """
			id, name, actor_key, crash_policy, created_at, started_at, slept_at, destroyed_at, error""";

	private ActorRows() {
	}

	static String tables(Database database) {
		return " FROM rivet_actor a JOIN rivet_state s ON " + database.joinsState();
	}

	static String select(Database database) {
		return "SELECT " + COLUMNS + tables(database);
	}

	static ActorRecord map(ResultSet row, int number) throws SQLException {
		return new ActorRecord(row.getString("id"), row.getString("name"), ActorKey.parse(row.getString("actor_key")),
				row.getString("crash_policy"), Instant.ofEpochMilli(row.getLong("created_at")),
				instant(row, "started_at"), instant(row, "slept_at"), instant(row, "destroyed_at"),
				row.getString("error"));
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		long millis = row.getLong(column);
		return row.wasNull() ? null : Instant.ofEpochMilli(millis);
	}

}
