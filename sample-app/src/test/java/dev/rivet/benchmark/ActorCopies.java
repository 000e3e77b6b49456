package dev.rivet.benchmark;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Copies of sleeping actors, written straight into the tables.
 */
final class ActorCopies {

	private static final List<String> COPY = List.of("""
			INSERT INTO rivet_actor (id, actor_key, name, tombstone, crash_policy, created_at, input)
			SELECT CAST(? AS VARCHAR(64)), CAST(? AS VARCHAR(64)), name, tombstone, crash_policy, created_at, input
			FROM rivet_actor WHERE id = ?
			""", """
			INSERT INTO rivet_state (%1$s, epoch, change_number, started_at, slept_at, state)
			SELECT %2$s, epoch, change_number, started_at, slept_at, state FROM rivet_state
			WHERE ? <> '' AND %1$s = %2$s
			""", """
			INSERT INTO rivet_alarm (actor_id, due_at)
			SELECT CAST(? AS VARCHAR(64)), due_at FROM rivet_alarm WHERE ? <> '' AND actor_id = ?
			""", """
			INSERT INTO rivet_schedule (actor_id, id, action, arguments, due_at, history_limit)
			SELECT CAST(? AS VARCHAR(64)), id, action, arguments, due_at, history_limit FROM rivet_schedule
			WHERE ? <> '' AND actor_id = ?
			""");

	private static final int BATCH = 10_000;

	private ActorCopies() {
	}

	/**
	 * Copies actors, each in its turn.
	 * @param database the arguments that make an application use the database
	 * @param originals the ids of what is copied
	 * @param count how many copies to make
	 * @return the ids of the copies
	 */
	static List<String> insert(List<String> database, List<String> originals, int count) {
		List<String> ids = new ArrayList<>(count);
		try (Connection connection = connect(database)) {
			connection.setAutoCommit(false);
			boolean h2 = connection.getMetaData().getDatabaseProductName().equals("H2");
			String stateKey = h2 ? "actor_number" : "actor_id";
			String reference = h2 ? "(SELECT number FROM rivet_actor WHERE id = ?)" : "CAST(? AS VARCHAR(64))";
			while (ids.size() < count) {
				int first = ids.size();
				for (int i = first; i < Math.min(first + BATCH, count); i++) {
					ids.add("copy-%08d".formatted(i));
				}
				for (String sql : COPY) {
					copy(connection, sql.formatted(stateKey, reference), originals, ids, first);
				}
				connection.commit();
			}
			return ids;
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Actors cannot be copied", ex);
		}
	}

	private static void copy(Connection connection, String sql, List<String> originals, List<String> ids, int first)
			throws SQLException {
		try (PreparedStatement insert = connection.prepareStatement(sql)) {
			for (int i = first; i < ids.size(); i++) {
				insert.setString(1, ids.get(i));
				insert.setString(2, ids.get(i));
				insert.setString(3, originals.get(i % originals.size()));
				insert.addBatch();
			}
			insert.executeBatch();
		}
	}

	private static Connection connect(List<String> database) throws SQLException {
		Properties properties = new Properties();
		database.forEach((argument) -> {
			String[] parts = argument.replace("--spring.datasource.", "").split("=", 2);
			properties.setProperty(parts[0].replace("username", "user"), parts[1]);
		});
		return DriverManager.getConnection((String) properties.remove("url"), properties);
	}

}
