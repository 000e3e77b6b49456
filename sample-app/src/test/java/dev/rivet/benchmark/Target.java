package dev.rivet.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import dev.rivet.process.JavaServer;
import dev.rivet.process.Requests;
import dev.rivet.process.TestDatabase;
import dev.rivet.sample.SampleApplication;

/**
 * What is measured.
 */
enum Target {

	BARE("(a) constant", BareApplication.class, "/health") {

		@Override
		List<String> paths(JavaServer server, int count) {
			return List.of("/constant");
		}

	},

	JDBC("(b) JdbcClient", JdbcApplication.class, "/health") {

		@Override
		List<String> paths(JavaServer server, int count) {
			List<String> paths = IntStream.range(0, count).mapToObj((i) -> "/counters/" + count + "-" + i).toList();
			new Requests(server).inParallel(paths, (requests, path) -> requests.send("PUT", path, ""));
			return paths.stream().map((path) -> path + "/increment").toList();
		}

		@Override
		List<String> arguments(TestDatabase database) {
			// SQLite has one writer: those who wait for a connection wait more cheaply
			// than those who wait for its lock
			return (database == TestDatabase.SQLITE) ? List.of("--spring.datasource.hikari.maximum-pool-size=1")
					: List.of();
		}

	},

	ACTOR("(c) durable actor", SampleApplication.class, "/api/rivet/health") {

		@Override
		List<String> paths(JavaServer server, int count) {
			List<String> paths = Collections.synchronizedList(new ArrayList<>());
			new Requests(server).inParallel(IntStream.range(0, count).mapToObj((i) -> count + "-" + i).toList(),
					(requests, key) -> paths.add(requests.create("counter", key) + "/action/increment"));
			return List.copyOf(paths);
		}

	};

	private final String displayName;

	private final Application application;

	Target(String displayName, Class<?> main, String health) {
		this.displayName = displayName;
		this.application = new Application(main, health);
	}

	/**
	 * Creates counters.
	 * @param server the server
	 * @param count how many
	 * @return the paths that increment them
	 */
	abstract List<String> paths(JavaServer server, int count);

	List<String> arguments(TestDatabase database) {
		return List.of();
	}

	/**
	 * Starts a server of its own with a new database.
	 * @param database which one
	 * @param parent where its directory is made
	 * @return the server, ready to answer
	 */
	JavaServer start(TestDatabase database, Path parent) {
		return this.application.start(database, parent, arguments(database));
	}

	@Override
	public String toString() {
		return this.displayName;
	}

}
