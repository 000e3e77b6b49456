package dev.rivet.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import org.springframework.jdbc.support.JdbcUtils;

/**
 * A connection of the writer with the statements prepared on it. After a failure it is
 * closed, never used again.
 */
final class Session implements AutoCloseable {

	private final Connection connection;

	private final Map<String, PreparedStatement> statements = new HashMap<>();

	private final long openedAt = System.nanoTime();

	Session(Connection connection) {
		this.connection = connection;
	}

	Connection connection() {
		return this.connection;
	}

	PreparedStatement prepare(String sql) throws SQLException {
		PreparedStatement statement = this.statements.get(sql);
		if (statement == null) {
			statement = this.connection.prepareStatement(sql);
			this.statements.put(sql, statement);
		}
		return statement;
	}

	void begin() throws SQLException {
		this.connection.setAutoCommit(false);
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
	 * Rolls back what is not committed, and cuts the connection where that fails, so that
	 * no pool hands it out again.
	 */
	void discard() {
		try {
			if (!this.connection.getAutoCommit()) {
				this.connection.rollback();
				this.connection.setAutoCommit(true);
			}
		}
		catch (SQLException ex) {
			try {
				this.connection.abort(Runnable::run);
			}
			catch (SQLException | RuntimeException ignored) {
				// it is closed next, and that is all that can be done
			}
		}
		close();
	}

	@Override
	public void close() {
		this.statements.values().forEach(JdbcUtils::closeStatement);
		JdbcUtils.closeConnection(this.connection);
	}

}
