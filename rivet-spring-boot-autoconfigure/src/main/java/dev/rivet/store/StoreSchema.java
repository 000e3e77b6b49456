package dev.rivet.store;

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

	static void apply(DataSource dataSource, boolean flyway) {
		String scripts = Database.of(dataSource).scripts();
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
