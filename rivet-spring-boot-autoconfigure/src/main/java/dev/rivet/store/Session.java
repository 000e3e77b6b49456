package dev.rivet.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.support.JdbcUtils;

/**
 * A connection of the writer with the statements prepared on it. After a failure it is
 * closed, never used again.
 */
final class Session implements AutoCloseable {

	private final Connection connection;

	private final Database database;

	private final Map<String, PreparedStatement> statements = new HashMap<>();

	private final long openedAt = System.nanoTime();

	private boolean plansForgotten;

	private @Nullable String syncLevel;

	private boolean unsynced;

	private boolean transaction;

	Session(Connection connection, Database database) {
		this.connection = connection;
		this.database = database;
	}

	Connection connection() {
		return this.connection;
	}

	Database database() {
		return this.database;
	}

	PreparedStatement prepare(String sql) throws SQLException {
		PreparedStatement statement = this.statements.get(sql);
		if (statement == null) {
			statement = this.connection.prepareStatement(sql);
			this.statements.put(sql, statement);
		}
		return statement;
	}

	/**
	 * Prepares a statement about some ids, and sets those.
	 * @param sql the statement, in which {@code %s} stands for the ids
	 * @param ids the ids, of which there is at least one
	 */
	PreparedStatement prepare(String sql, List<String> ids) throws SQLException {
		// a power of two, so that there are few different statements
		int width = Integer.highestOneBit(2 * ids.size() - 1);
		PreparedStatement statement = prepare(sql.formatted("?" + ", ?".repeat(width - 1)));
		for (int i = 0; i < width; i++) {
			statement.setString(i + 1, ids.get(Math.min(i, ids.size() - 1)));
		}
		return statement;
	}

	/**
	 * Lets the database plan statements anew, the first time: what was planned for them
	 * on this connection may be long out of date.
	 */
	void forgetPlans() throws SQLException {
		if (!this.plansForgotten) {
			this.database.forgetPlans(this.connection);
			this.plansForgotten = true;
		}
	}

	/**
	 * Writes to SQLite what other processes must see and a power failure may undo: it
	 * leaves no process to see it. Whatever is committed later syncs it, too.
	 * @param statement an update that is a transaction of its own
	 * @return how many rows it changed
	 */
	int updateUnsynced(PreparedStatement statement) throws SQLException {
		String level = syncLevel();
		if (level.isEmpty()) {
			return statement.executeUpdate();
		}
		this.unsynced = true;
		prepare("PRAGMA synchronous = NORMAL").execute();
		int rows = statement.executeUpdate();
		sync(level);
		return rows;
	}

	/**
	 * Returns SQLite's setting of {@code synchronous} if commits can go without a sync:
	 * only those to a write-ahead log cannot damage the database then.
	 */
	private String syncLevel() throws SQLException {
		if (this.syncLevel == null) {
			try (ResultSet row = prepare("SELECT synchronous FROM pragma_synchronous, pragma_journal_mode "
					+ "WHERE journal_mode = 'wal' AND synchronous > 1")
				.executeQuery()) {
				this.syncLevel = row.next() ? row.getString(1) : "";
			}
		}
		return this.syncLevel;
	}

	private void sync(String level) throws SQLException {
		prepare("PRAGMA synchronous = " + level).execute();
		this.unsynced = false;
	}

	void begin() throws SQLException {
		this.transaction = true;
		this.connection.setAutoCommit(false);
	}

	void commit() throws SQLException {
		this.database.commit(this.connection);
		this.transaction = false;
	}

	boolean isOlderThan(long nanos) {
		return System.nanoTime() - this.openedAt > nanos;
	}

	/**
	 * Asks the database whether the connection still works.
	 */
	boolean isAlive() {
		try {
			return this.connection.isValid(1);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Rolls back what is not committed and syncs again, and cuts the connection where
	 * that fails, so that no pool hands it out again.
	 */
	void discard() {
		try {
			if (this.unsynced) {
				sync(syncLevel());
			}
			if (this.transaction) {
				this.database.rollBack(this.connection);
			}
		}
		catch (SQLException ex) {
			cut();
		}
		close();
	}

	private void cut() {
		try {
			this.connection.abort(Runnable::run);
		}
		catch (SQLException | RuntimeException ignored) {
			// it is closed next, and that is all that can be done
		}
	}

	@Override
	public void close() {
		this.statements.values().forEach(JdbcUtils::closeStatement);
		JdbcUtils.closeConnection(this.connection);
	}

}
