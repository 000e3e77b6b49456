package dev.rivet.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * The databases, each with the settings under which it loses nothing that it has
 * acknowledged.
 */
public enum TestDatabase {

	SQLITE("SQLite") {

		@Override
		public List<String> create(Path directory) {
			return List.of("--spring.datasource.url=jdbc:sqlite:" + directory.resolve("rivet.db")
					+ "?journal_mode=WAL&synchronous=FULL&busy_timeout=10000");
		}

	},

	H2("H2") {

		@Override
		public List<String> create(Path directory) {
			return List.of("--spring.datasource.url=jdbc:h2:file:" + directory.resolve("rivet")
					+ ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE", "--spring.datasource.username=sa");
		}

	},

	POSTGRESQL("PostgreSQL") {

		@Override
		public List<String> create(Path directory) {
			return List.of("--spring.datasource.url=" + Postgres.createDatabase(),
					"--spring.datasource.username=postgres", "--spring.datasource.password=postgres");
		}

	};

	private final String displayName;

	TestDatabase(String displayName) {
		this.displayName = displayName;
	}

	/**
	 * Creates a new, empty database.
	 * @param directory where it may keep files
	 * @return the arguments that make a Spring Boot application use it
	 */
	public abstract List<String> create(Path directory);

	@Override
	public String toString() {
		return this.displayName;
	}

	/**
	 * One PostgreSQL server for all who need one, stopped with the JVM. Embedded
	 * PostgreSQL trades durability for speed unless told otherwise.
	 */
	private static final class Postgres {

		private static final AtomicInteger databases = new AtomicInteger();

		private static final EmbeddedPostgres server = start();

		private static EmbeddedPostgres start() {
			try {
				return EmbeddedPostgres.builder()
					.setServerConfig("fsync", "on")
					.setServerConfig("synchronous_commit", "on")
					.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		static String createDatabase() {
			String name = "rivet_" + databases.incrementAndGet();
			try (Connection connection = server.getPostgresDatabase().getConnection();
					Statement statement = connection.createStatement()) {
				requireOn(statement, "fsync");
				requireOn(statement, "synchronous_commit");
				statement.execute("CREATE DATABASE " + name);
			}
			catch (SQLException ex) {
				throw new IllegalStateException("Cannot create a database", ex);
			}
			return "jdbc:postgresql://localhost:%d/%s".formatted(server.getPort(), name);
		}

		private static void requireOn(Statement statement, String setting) throws SQLException {
			try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
				if (!row.next() || !row.getString(1).equals("on")) {
					throw new IllegalStateException(setting + " must be on");
				}
			}
		}

	}

}
