package dev.rivet.benchmark;

import java.nio.file.Path;
import java.util.List;

import dev.rivet.process.JavaServer;
import dev.rivet.process.Requests;
import dev.rivet.process.TestDatabase;

/**
 * What is measured over WebSockets.
 */
enum SocketTarget {

	ECHO("(d) echo", new Application(EchoApplication.class, "/health")) {

		@Override
		String path(JavaServer server) {
			return "/connect";
		}

	},

	FLEETING("(e) actor without state", new Application(RealtimeApplication.class, "/api/rivet/health")) {

		@Override
		String path(JavaServer server) {
			return new Requests(server).create("fleeting", "one") + "/connect";
		}

	},

	DURABLE("(f) durable actor", FLEETING.application) {

		@Override
		String path(JavaServer server) {
			return new Requests(server).create("durable", "one") + "/connect";
		}

	};

	private final String displayName;

	private final Application application;

	SocketTarget(String displayName, Application application) {
		this.displayName = displayName;
		this.application = application;
	}

	/**
	 * Returns the targets that depend on a database. The others are measured with SQLite.
	 */
	static List<SocketTarget> of(TestDatabase database) {
		return (database == TestDatabase.SQLITE) ? List.of(values()) : List.of(DURABLE);
	}

	/**
	 * Returns the path of the sockets.
	 */
	abstract String path(JavaServer server);

	JavaServer start(TestDatabase database, Path parent) {
		return this.application.start(database, parent, List.of());
	}

	@Override
	public String toString() {
		return this.displayName;
	}

}
