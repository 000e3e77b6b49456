package dev.rivet.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * Fresh databases for tests.
 */
final class TestDatabase {

	private TestDatabase() {
	}

	static HikariDataSource sqlite(Path directory) {
		return pool("jdbc:sqlite:" + directory.resolve("actors.db")
				+ "?journal_mode=WAL&synchronous=FULL&transaction_mode=IMMEDIATE");
	}

	static HikariDataSource h2File(Path directory) {
		return pool("jdbc:h2:async:" + directory.resolve("actors") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
	}

	/**
	 * In the mode that tests of applications for PostgreSQL like to use.
	 */
	static HikariDataSource h2Memory() {
		return pool("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;MODE=PostgreSQL");
	}

	static HikariDataSource postgres() {
		return postgres(Postgres.server);
	}

	static HikariDataSource postgres(EmbeddedPostgres server) {
		String name = "t" + UUID.randomUUID().toString().replace("-", "");
		try (var connection = server.getPostgresDatabase().getConnection();
				var statement = connection.createStatement()) {
			statement.execute("CREATE DATABASE " + name);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return pool(server.getJdbcUrl("postgres", name));
	}

	static HikariDataSource pool(String url) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(url);
		return new HikariDataSource(config);
	}

	/**
	 * One server for the whole run, with a database for each test.
	 */
	private static final class Postgres {

		private static final EmbeddedPostgres server = start();

		private static EmbeddedPostgres start() {
			try {
				return EmbeddedPostgres.builder()
					.setServerConfig("fsync", "on")
					.setServerConfig("synchronous_commit", "on")
					.setServerConfig("full_page_writes", "on")
					.setServerConfig("max_connections", "200")
					.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
