package dev.rivet.benchmark;

import java.sql.DatabaseMetaData;

import javax.sql.DataSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Durable counters as one would write them by hand: a row each in a table that Flyway
 * makes, and one statement for each request, which the database commits before the
 * answer.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(JdbcApplication.CounterController.class)
class JdbcApplication {

	public static void main(String[] args) {
		ReferenceApplication.run(JdbcApplication.class, args);
	}

	@RestController
	static class CounterController {

		private static final String RETURNING = "UPDATE counter SET n = n + ? WHERE id = ? RETURNING n";

		private static final String FINAL_TABLE = "SELECT n FROM FINAL TABLE (UPDATE counter SET n = n + ? WHERE id = ?)";

		private final JdbcClient jdbc;

		private final String increment;

		CounterController(JdbcClient jdbc, DataSource dataSource) throws Exception {
			this.jdbc = jdbc;
			String product = JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductName);
			this.increment = product.equals("H2") ? FINAL_TABLE : RETURNING;
		}

		@GetMapping("/health")
		void health() {
		}

		@PutMapping("/counters/{id}")
		void create(@PathVariable String id) {
			this.jdbc.sql("INSERT INTO counter VALUES (?, 0)").param(id).update();
		}

		@PostMapping("/counters/{id}/increment")
		Output increment(@PathVariable String id, @RequestBody Call call) {
			return new Output(this.jdbc.sql(this.increment).param(call.args()[0]).param(id).query(Long.class).single());
		}

	}

	/**
	 * The request.
	 *
	 * @param args by how much to increment
	 */
	record Call(long[] args) {
	}

	/**
	 * The answer.
	 *
	 * @param output the new value
	 */
	record Output(long output) {
	}

}
