package dev.rivet.ledger;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The application's own table.
 */
@Component
class Entries {

	private final JdbcClient jdbc;

	Entries(JdbcClient jdbc) {
		this.jdbc = jdbc;
		jdbc.sql("CREATE TABLE IF NOT EXISTS entry (counter varchar(100) NOT NULL, amount bigint NOT NULL)").update();
	}

	void add(String counter, long amount) {
		this.jdbc.sql("INSERT INTO entry (counter, amount) VALUES (?, ?)").params(counter, amount).update();
	}

	long total(String counter) {
		return this.jdbc.sql("SELECT COALESCE(SUM(amount), 0) FROM entry WHERE counter = ?")
			.param(counter)
			.query(Long.class)
			.single();
	}

}
