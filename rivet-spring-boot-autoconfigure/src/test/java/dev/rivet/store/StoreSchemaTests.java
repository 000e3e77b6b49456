package dev.rivet.store;

import java.nio.file.Path;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StoreSchemaTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "sqlite", "h2", "postgresql" })
	void livesBesideAnApplicationThatMigratesBeforeAndAfter(String database) {
		try (HikariDataSource pool = open(database)) {
			JdbcClient sql = JdbcClient.create(pool);
			assertThat(application(pool, "first")).isEqualTo(1);
			StoreSchema.apply(pool);
			assertThat(application(pool, "first", "second")).isEqualTo(1);
			StoreSchema.apply(pool);
			assertThat(application(pool, "first", "second")).isZero();
			for (String table : List.of("first_thing", "second_thing", "rivet_actor", "rivet_node")) {
				assertThat(sql.sql("SELECT count(*) FROM " + table).query(Long.class).single()).isZero();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sqlite", "h2", "postgresql" })
	void worksBesideTablesOfNobodysHistory(String database) {
		try (HikariDataSource pool = open(database)) {
			JdbcClient sql = JdbcClient.create(pool);
			sql.sql("CREATE TABLE thing (id int)").update();
			StoreSchema.apply(pool);
			StoreSchema.apply(pool);
			assertThat(sql.sql("SELECT count(*) FROM rivet_actor").query(Long.class).single()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sqlite", "h2", "postgresql" })
	void worksWithoutFlywayAndWhenItComesLater(String database) {
		try (HikariDataSource pool = open(database)) {
			StoreSchema.apply(pool, false);
			StoreSchema.apply(pool, false);
			StoreSchema.apply(pool, true);
			StoreSchema.apply(pool, true);
			JdbcClient sql = JdbcClient.create(pool);
			assertThat(sql.sql("SELECT count(*) FROM rivet_actor").query(Long.class).single()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sqlite", "h2", "postgresql" })
	void missingTablesAreNoticed(String database) {
		try (HikariDataSource pool = open(database)) {
			assertThatExceptionOfType(UnusableDatabaseException.class).isThrownBy(() -> StoreSchema.require(pool))
				.withMessageContaining("rivet_actor");
			StoreSchema.apply(pool);
			StoreSchema.require(pool);
			JdbcClient.create(pool).sql("DROP TABLE rivet_fire").update();
			assertThatExceptionOfType(UnusableDatabaseException.class).isThrownBy(() -> StoreSchema.require(pool))
				.withMessageContaining("rivet_fire");
		}
	}

	private int application(HikariDataSource pool, String... folders) {
		String[] locations = new String[folders.length];
		for (int i = 0; i < folders.length; i++) {
			locations[i] = "classpath:dev/rivet/store/application/" + folders[i];
		}
		return Flyway.configure()
			.dataSource(pool)
			.locations(locations)
			.baselineOnMigrate(true)
			.baselineVersion("0")
			.load()
			.migrate().migrationsExecuted;
	}

	private HikariDataSource open(String database) {
		return switch (database) {
			case "sqlite" -> TestDatabase.sqlite(this.directory);
			case "h2" -> TestDatabase.h2File(this.directory);
			default -> TestDatabase.postgres();
		};
	}

}
