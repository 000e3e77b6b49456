package dev.rivet.store;

import java.util.Optional;

import org.springframework.data.jdbc.core.dialect.DialectResolver.JdbcDialectProvider;
import org.springframework.data.jdbc.core.dialect.JdbcArrayColumns;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.relational.core.dialect.AnsiDialect;
import org.springframework.data.relational.core.dialect.Dialect;
import org.springframework.data.relational.core.dialect.LimitClause;
import org.springframework.data.relational.core.dialect.LockClause;
import org.springframework.data.relational.core.sql.LockOptions;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * Teaches Spring Data JDBC about SQLite. Without a dialect an application with Spring
 * Data on its class path does not start on the database that actors are stored in by
 * default.
 */
final class SqliteDialectProvider implements JdbcDialectProvider {

	@Override
	public Optional<Dialect> getDialect(JdbcOperations operations) {
		String product = operations
			.execute((ConnectionCallback<String>) (connection) -> connection.getMetaData().getDatabaseProductName());
		return "SQLite".equals(product) ? Optional.of(new SqliteDialect()) : Optional.empty();
	}

	private static final class SqliteDialect extends AnsiDialect implements JdbcDialect {

		private static final LimitClause LIMIT = new LimitClause() {

			@Override
			public String getLimit(long limit) {
				return "LIMIT " + limit;
			}

			@Override
			public String getOffset(long offset) {
				return "LIMIT -1 OFFSET " + offset;
			}

			@Override
			public String getLimitOffset(long limit, long offset) {
				return "LIMIT " + limit + " OFFSET " + offset;
			}

			@Override
			public Position getClausePosition() {
				return Position.AFTER_ORDER_BY;
			}

		};

		/**
		 * A transaction that writes has the whole database to itself.
		 */
		private static final LockClause NO_LOCK = new LockClause() {

			@Override
			public String getLock(LockOptions options) {
				return "";
			}

			@Override
			public Position getClausePosition() {
				return Position.AFTER_ORDER_BY;
			}

		};

		@Override
		public String getName() {
			return "SQLite";
		}

		@Override
		public LimitClause limit() {
			return LIMIT;
		}

		@Override
		public LockClause lock() {
			return NO_LOCK;
		}

		@Override
		public JdbcArrayColumns getArraySupport() {
			return JdbcArrayColumns.Unsupported.INSTANCE;
		}

	}

}
