package dev.rivet.store;

import java.sql.DatabaseMetaData;

import javax.sql.DataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.util.ClassUtils;

/**
 * Brings the tables of the store up to date, beside whatever else is in the database:
 * with Flyway and a history of its own where Flyway is there, else with the scripts
 * alone.
 */
public final class StoreSchema {

	private static final boolean flywayPresent = ClassUtils.isPresent("org.flywaydb.core.Flyway",
			StoreSchema.class.getClassLoader());

	private StoreSchema() {
	}

	/**
	 * Creates or migrates the tables.
	 * @param dataSource the database
	 */
	public static void apply(DataSource dataSource) {
		apply(dataSource, flywayPresent);
	}

	private static void requireShared(DataSource dataSource) {
		String url = Database.metaData(dataSource, DatabaseMetaData::getURL);
		boolean memory = url.equals("jdbc:sqlite:") || url.contains(":memory:") || url.contains("mode=memory");
		if (memory && !url.contains("cache=shared")) {
			throw new UnusableDatabaseException(
					"Each connection to '" + url + "' has a database of its own, in memory, without any actors.",
					"Name a file in the JDBC URL, such as jdbc:sqlite:app.db. Tests may use jdbc:h2:mem:test.");
		}
	}

	static void apply(DataSource dataSource, boolean flyway) {
		Database database = Database.of(dataSource);
		if (database == Database.SQLITE) {
			requireShared(dataSource);
		}
		String scripts = database.scripts();
		if (flyway) {
			FlywayMigration.run(dataSource, scripts);
		}
		else {
			new ResourceDatabasePopulator(new ClassPathResource(scripts + "/V1__actors.sql"),
					new ClassPathResource(scripts + "/V2__rows.sql"))
				.execute(dataSource);
		}
	}

}
