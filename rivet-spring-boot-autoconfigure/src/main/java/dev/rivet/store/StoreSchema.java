package dev.rivet.store;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
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

	private static final String NO_ROWS = " WHERE 1 = 0";

	private StoreSchema() {
	}

	/**
	 * Creates or migrates the tables.
	 * @param dataSource the database
	 */
	public static void apply(DataSource dataSource) {
		apply(dataSource, flywayPresent);
	}

	/**
	 * Requires that the tables are there, which somebody else creates.
	 * @param dataSource the database
	 * @throws UnusableDatabaseException if they are not
	 */
	public static void require(DataSource dataSource) {
		Database database = database(dataSource);
		JdbcClient client = JdbcClient.create(dataSource);
		try {
			client
				.sql("SELECT tombstone, input, owner, epoch, change_number, state, " + ActorRows.COLUMNS
						+ ActorRows.tables(database) + NO_ROWS)
				.query()
				.listOfRows();
			client.sql("SELECT id, lease_until, place, pid, process_started FROM rivet_node" + NO_ROWS)
				.query()
				.listOfRows();
			for (Table table : Table.values()) {
				client.sql(table.select("")).param("").query().listOfRows();
			}
		}
		catch (DataAccessException ex) {
			if (ex.getMostSpecificCause() instanceof SQLException cause
					&& database.failure(cause) == Failure.REJECTED) {
				throw new UnusableDatabaseException(
						"The actors' tables are not as they should be: " + cause.getMessage(),
						"Have the scripts in '%s' run, in the order of their versions, or set rivet.store.initialize-schema=true."
							.formatted(database.scripts()));
			}
			throw ex;
		}
	}

	private static Database database(DataSource dataSource) {
		Database database = Database.of(dataSource);
		if (database == Database.SQLITE) {
			requireShared(dataSource);
		}
		return database;
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
		String scripts = database(dataSource).scripts();
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
