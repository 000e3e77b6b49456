package dev.rivet.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.util.StringUtils;

/**
 * Looks for settings of a database with which something acknowledged can be lost.
 */
final class DurabilityCheck {

	private final Statement statement;

	private final List<String> warnings = new ArrayList<>();

	private DurabilityCheck(Statement statement) {
		this.statement = statement;
	}

	/**
	 * Returns a sentence for each such setting: what can be lost, and what to do.
	 * @param dataSource the database
	 * @param database its kind
	 * @param sync whether group commits are followed by a {@link Database#sync}
	 */
	static List<String> warnings(DataSource dataSource, Database database, boolean sync) throws SQLException {
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			DurabilityCheck check = new DurabilityCheck(statement);
			switch (database) {
				case SQLITE -> check.sqlite();
				case H2 -> check.h2(configuredUrl(dataSource), connection.getMetaData().getURL(), sync);
				case POSTGRESQL -> check.postgresql();
			}
			return check.warnings;
		}
	}

	private void sqlite() throws SQLException {
		if (!StringUtils.hasText(query("SELECT file FROM pragma_database_list WHERE name = 'main'"))) {
			this.warnings.add("The SQLite database is in memory: all actors are lost when the process ends. "
					+ "Name a file in the JDBC URL.");
			return;
		}
		if (Integer.parseInt(query("PRAGMA synchronous")) < 2) {
			this.warnings
				.add("SQLite runs with 'synchronous' below FULL: a power failure can lose what was acknowledged. "
						+ "Add 'synchronous=FULL' to the JDBC URL.");
		}
		String journal = query("PRAGMA journal_mode");
		if (!journal.equals("wal")) {
			boolean kept = !journal.equals("off") && !journal.equals("memory");
			this.warnings.add("SQLite runs without a write-ahead log: "
					+ (kept ? "a power failure can undo what was acknowledged just before, "
							: "a killed process can damage the database, ")
					+ "and readers and the writer wait for each other. Add 'journal_mode=WAL' to the JDBC URL.");
		}
	}

	private void h2(@Nullable String configuredUrl, String url, boolean sync) throws SQLException {
		if (url.startsWith("jdbc:h2:mem:")) {
			this.warnings.add("The H2 database is in memory: all actors are lost when the process ends. "
					+ "Name a file in the JDBC URL.");
			return;
		}
		String delay = query(
				"SELECT setting_value FROM information_schema.settings WHERE setting_name = 'WRITE_DELAY'");
		if (!sync && !"0".equals(delay)) {
			this.warnings
				.add("H2 writes up to %s ms after it has committed: a killed process can lose what was acknowledged. "
					.formatted(delay) + "Add ';WRITE_DELAY=0' to the JDBC URL.");
		}
		if (url.startsWith("jdbc:h2:tcp:") || url.startsWith("jdbc:h2:ssl:")) {
			return;
		}
		if (configuredUrl != null && !configuredUrl.toUpperCase(Locale.ROOT).contains("DB_CLOSE_ON_EXIT=FALSE")) {
			this.warnings
				.add("H2 closes the database as soon as the process is told to stop: what actors write while they "
						+ "are stopped is lost. Add ';DB_CLOSE_ON_EXIT=FALSE' to the JDBC URL.");
		}
		if (!url.startsWith("jdbc:h2:async:")) {
			this.warnings
				.add("H2 closes a database file for everybody when a thread is interrupted in it, as an action is "
						+ "that takes too long and uses JDBC: actors fail until a restart. Begin the JDBC URL with "
						+ "'jdbc:h2:async:'.");
		}
	}

	private void postgresql() throws SQLException {
		warnIfOff("fsync", "a power failure can lose what was acknowledged, or damage the database");
		warnIfOff("full_page_writes", "a power failure can damage the database");
		warnIfOff("synchronous_commit", "a crash of the server can lose what was acknowledged");
	}

	private void warnIfOff(String setting, String loss) throws SQLException {
		if ("off".equals(query("SHOW " + setting))) {
			this.warnings.add("PostgreSQL runs with '%s = off': %s. Switch it on.".formatted(setting, loss));
		}
	}

	private String query(String sql) throws SQLException {
		try (ResultSet row = this.statement.executeQuery(sql)) {
			String value = row.next() ? row.getString(1) : null;
			return (value != null) ? value : "";
		}
	}

	/**
	 * The URL with its settings, where the pool tells; a connection leaves them out.
	 */
	private static @Nullable String configuredUrl(DataSource dataSource) {
		BeanWrapper pool = PropertyAccessorFactory.forBeanPropertyAccess(dataSource);
		for (String property : List.of("jdbcUrl", "url")) {
			Object url = pool.isReadableProperty(property) ? pool.getPropertyValue(property) : null;
			if (url != null) {
				return url.toString();
			}
		}
		return null;
	}

}
