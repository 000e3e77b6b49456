package dev.rivet.store;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.springframework.jdbc.support.DatabaseMetaDataCallback;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * A database that actors can be stored in, and everything in which it differs from the
 * others.
 */
enum Database {

	SQLITE("SQLite", "CAST(unixepoch('subsec') * 1000 AS INTEGER)") {

		/**
		 * Rolls back whatever the driver and a pool believe: they note the mode before a
		 * transaction has begun or been committed, and are wrong from then on if another
		 * connection is in the way of that.
		 */
		@Override
		void rollBack(Connection connection) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				statement.execute("ROLLBACK");
			}
			catch (SQLException ex) {
				requireNoTransaction(ex);
			}
			try {
				connection.setAutoCommit(true);
			}
			catch (SQLException ex) {
				requireNoTransaction(ex);
			}
		}

		/**
		 * Accepts the error of a rollback or commit without a transaction: SQLite has
		 * rolled back itself, or none has begun.
		 */
		private void requireNoTransaction(SQLException failure) throws SQLException {
			if (failure.getErrorCode() != 1) {
				throw failure;
			}
		}

		@Override
		Failure failure(SQLException ex) {
			return switch (ex.getErrorCode() & 0xff) {
				case 5, 6, 15 -> Failure.CONFLICT; // busy, locked, protocol
				case 1, 18, 19, 20, 25 -> Failure.REJECTED; // error, too big, constraint,
															// mismatch, range
				case 7, 8, 9, 10, 11, 13, 14, 26 -> Failure.UNREACHABLE; // no memory,
																			// input and
																			// output,
																			// full, ...
				default -> super.failure(ex);
			};
		}

	},

	H2("H2", "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)") {

		@Override
		String joinsState() {
			return "s.actor_number = a.number";
		}

		@Override
		String isStateOf() {
			return "actor_number = (SELECT number FROM rivet_actor WHERE id = ?)";
		}

		@Override
		String insertActor() {
			return """
					MERGE INTO rivet_actor a USING (VALUES (CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR),
						CAST(? AS VARCHAR), CAST(? AS BIGINT), CAST(? AS BINARY LARGE OBJECT)))
						n (id, name, actor_key, crash_policy, created_at, input)
					ON a.name = n.name AND a.actor_key = n.actor_key AND a.tombstone = ''
					WHEN NOT MATCHED THEN INSERT (id, name, actor_key, crash_policy, created_at, input)
					VALUES (n.id, n.name, n.actor_key, n.crash_policy, n.created_at, n.input)
					""";
		}

		@Override
		String insertState() {
			return """
					INSERT INTO rivet_state (actor_number, owner, epoch, change_number, started_at)
					SELECT number, ?, 1, 0, created_at FROM rivet_actor WHERE id = ?
					""";
		}

		@Override
		String upsert(String table, List<String> keys, List<String> all, List<String> columns) {
			return "MERGE INTO %s (%s) KEY (%s) VALUES (%s)".formatted(table, String.join(", ", all),
					String.join(", ", keys), parameters(all));
		}

		@Override
		Failure failure(SQLException ex) {
			return switch (ex.getErrorCode()) {
				case 50200, 40001 -> Failure.CONFLICT; // lock timeout, deadlock
				// closed, broken, input and output, out of memory, called at shutdown
				case 90098, 90007, 90020, 90026, 90028, 90030, 90031, 90067, 90108, 90121, 90135 -> Failure.UNREACHABLE;
				default -> super.failure(ex);
			};
		}

	},

	POSTGRESQL("PostgreSQL", "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)");

	private static final String UNSUPPORTED = """
			Use SQLite, H2 or PostgreSQL. Beside an application's own database they can be used by a DataSource bean \
			of their own, marked with @RivetDataSource and declared by @Bean(defaultCandidate = false).""";

	private final String productName;

	private final String now;

	Database(String productName, String now) {
		this.productName = productName;
		this.now = now;
	}

	/**
	 * Returns the kind of a database.
	 * @throws UnusableDatabaseException if it is none that actors can be stored in
	 */
	static Database of(DataSource dataSource) {
		String productName = metaData(dataSource, DatabaseMetaData::getDatabaseProductName);
		return Arrays.stream(values())
			.filter((database) -> database.productName.equals(productName))
			.findFirst()
			.orElseThrow(() -> new UnusableDatabaseException(
					"Actors cannot be stored in a %s database.".formatted(productName), UNSUPPORTED));
	}

	static <T> T metaData(DataSource dataSource, DatabaseMetaDataCallback<T> question) {
		try {
			return JdbcUtils.extractDatabaseMetaData(dataSource, question);
		}
		catch (MetaDataAccessException ex) {
			throw new StoreException(StoreException.Reason.UNAVAILABLE,
					"Cannot connect to the database that actors are to be stored in", ex);
		}
	}

	/**
	 * The folder of the database's scripts on the class path.
	 */
	String scripts() {
		return "dev/rivet/store/migration/" + name().toLowerCase(Locale.ROOT);
	}

	/**
	 * The database's time in milliseconds since the epoch, as SQL.
	 */
	String now() {
		return this.now;
	}

	/**
	 * The condition that {@code rivet_actor a} and {@code rivet_state s} are of the same
	 * actor.
	 */
	String joinsState() {
		return "s.actor_id = a.id";
	}

	/**
	 * The condition that a row of {@code rivet_state} is that of the actor whose id is
	 * its parameter.
	 */
	String isStateOf() {
		return "actor_id = ?";
	}

	/**
	 * Inserts an actor unless a living one has its key. The update count may not say
	 * which.
	 */
	String insertActor() {
		return """
				INSERT INTO rivet_actor (id, name, actor_key, crash_policy, created_at, input)
				VALUES (?, ?, ?, ?, ?, ?)
				ON CONFLICT DO NOTHING
				""";
	}

	/**
	 * Inserts the state of an actor. It may be there already where the update count of
	 * {@link #insertActor()} does not say.
	 */
	String insertState() {
		return """
				INSERT INTO rivet_state (actor_id, owner, epoch, change_number, started_at)
				SELECT id, ?, 1, 0, created_at FROM rivet_actor WHERE id = ?
				ON CONFLICT DO NOTHING
				""";
	}

	/**
	 * Inserts a row, or updates the one with its keys.
	 */
	String upsert(String table, List<String> keys, List<String> all, List<String> columns) {
		String updates = columns.stream()
			.map((column) -> column + " = excluded." + column)
			.collect(Collectors.joining(", "));
		return "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) DO UPDATE SET %s".formatted(table,
				String.join(", ", all), parameters(all), String.join(", ", keys), updates);
	}

	private static String parameters(List<String> columns) {
		return String.join(", ", Collections.nCopies(columns.size(), "?"));
	}

	/**
	 * Interprets a failure by its code alone.
	 */
	Failure failure(SQLException ex) {
		String state = (ex.getSQLState() != null) ? ex.getSQLState() : "";
		// a duplicate key is another creation that was faster; the next attempt sees its
		// row
		if ((state.startsWith("40") && !state.equals("40003")) || state.equals("23505") || state.equals("55P03")
				|| state.equals("57014")) {
			return Failure.CONFLICT;
		}
		if (ex instanceof SQLTransientConnectionException || ex instanceof SQLRecoverableException
				|| state.matches("(08|25|40|53|57|58|HY|XX).*")) {
			return Failure.UNREACHABLE;
		}
		return state.matches("(0A|21|22|23|42|44|54|P0).*") ? Failure.REJECTED : Failure.UNKNOWN;
	}

	/**
	 * Commits and goes back to auto-commit mode.
	 */
	void commit(Connection connection) throws SQLException {
		if (this != SQLITE) { // whose driver begins the next transaction in commit()
			connection.commit();
		}
		connection.setAutoCommit(true);
	}

	/**
	 * Rolls back and goes back to auto-commit mode.
	 */
	void rollBack(Connection connection) throws SQLException {
		connection.rollback();
		connection.setAutoCommit(true);
	}

	/**
	 * Returns whether a batch outside of a transaction is committed as a whole, or in a
	 * few parts if it is long, instead of one statement at a time: it spares a trip to
	 * the database.
	 */
	boolean commitsBatches() {
		return this == POSTGRESQL;
	}

	/**
	 * Forgets how statements were planned before. PostgreSQL plans to read a whole table
	 * that was empty when it was vacuumed, and keeps to that however many rows, dead or
	 * alive, it has by then.
	 */
	void forgetPlans(Connection connection) throws SQLException {
		if (this == POSTGRESQL) {
			try (var statement = connection.createStatement()) {
				statement.execute("DISCARD PLANS");
			}
		}
	}

	/**
	 * Makes what is committed survive a power failure, where a commit alone does not.
	 */
	void sync(Connection connection) throws SQLException {
		if (this == H2) {
			try (var statement = connection.createStatement()) {
				statement.execute("CHECKPOINT SYNC");
			}
		}
	}

}
