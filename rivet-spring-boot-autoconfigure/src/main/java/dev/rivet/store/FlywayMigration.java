package dev.rivet.store;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;

/**
 * Migrates the tables of the store with a Flyway that is no bean: a bean would replace
 * the application's own. Loaded only where Flyway is there.
 */
final class FlywayMigration {

	private FlywayMigration() {
	}

	static void run(DataSource dataSource, String scripts) {
		Flyway.configure(FlywayMigration.class.getClassLoader())
			.dataSource(dataSource)
			.locations("classpath:" + scripts)
			.table("rivet_schema_history")
			// the application's tables are no history of ours, and version 0 lets V1
			// still run
			.baselineOnMigrate(true)
			.baselineVersion("0")
			// nor are the callbacks it keeps for its own migrations
			.skipDefaultCallbacks(true)
			.callbackLocations(new String[0])
			.load()
			.migrate();
	}

}
