package dev.rivet.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class DurabilityCheckTests {

	@TempDir
	Path directory;

	@Test
	void goodSettingsNeedNoWarning() throws SQLException {
		assertThat(warnings(TestDatabase.sqlite(this.directory))).isEmpty();
		assertThat(warnings(TestDatabase.h2File(this.directory))).isEmpty();
		assertThat(warnings(TestDatabase.postgres())).isEmpty();
	}

	@Test
	void sqliteThatDoesNotSync() throws SQLException {
		String url = "jdbc:sqlite:" + this.directory.resolve("a.db");
		assertThat(warnings(TestDatabase.pool(url + "?journal_mode=WAL&synchronous=NORMAL"))).singleElement()
			.asString()
			.contains("power failure", "synchronous=FULL");
		assertThat(warnings(TestDatabase.pool(url + "?journal_mode=DELETE"))).singleElement()
			.asString()
			.contains("power failure", "journal_mode=WAL");
		assertThat(warnings(TestDatabase.pool(url + "?journal_mode=OFF"))).singleElement()
			.asString()
			.contains("killed process", "journal_mode=WAL");
	}

	@Test
	void sqliteInMemory() throws SQLException {
		assertThat(warnings(TestDatabase.pool("jdbc:sqlite::memory:"))).singleElement()
			.asString()
			.contains("in memory");
	}

	@Test
	void h2WithItsDefaults() throws SQLException {
		assertThat(warnings(TestDatabase.pool("jdbc:h2:" + this.directory.resolve("b")))).satisfiesExactlyInAnyOrder(
				(warning) -> assertThat(warning).contains("WRITE_DELAY=0"),
				(warning) -> assertThat(warning).contains("DB_CLOSE_ON_EXIT=FALSE"),
				(warning) -> assertThat(warning).contains("jdbc:h2:async:"));
	}

	@Test
	void h2InMemory() throws SQLException {
		assertThat(warnings(TestDatabase.h2Memory())).singleElement().asString().contains("in memory");
	}

	@Test
	void postgresqlThatAcknowledgesTooEarly() throws SQLException {
		HikariDataSource pool = TestDatabase.postgres();
		JdbcClient sql = JdbcClient.create(pool);
		String name = sql.sql("SELECT current_database()").query(String.class).single();
		sql.sql("ALTER DATABASE " + name + " SET synchronous_commit = off").update();
		pool.getHikariPoolMXBean().softEvictConnections();
		assertThat(warnings(pool)).singleElement().asString().contains("synchronous_commit");
	}

	private static List<String> warnings(HikariDataSource pool) throws SQLException {
		try (pool) {
			return DurabilityCheck.warnings(pool, Database.of(pool), false);
		}
	}

}
