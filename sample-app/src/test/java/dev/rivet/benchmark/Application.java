package dev.rivet.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.rivet.process.JavaServer;
import dev.rivet.process.TestDatabase;

/**
 * An application that is measured.
 *
 * @param main its main class
 * @param health the path of something that it answers when it is ready
 */
record Application(Class<?> main, String health) {

	static final List<String> JVM = List.of("-Xmx1g");

	/**
	 * Starts a server of its own with a new database.
	 * @param database which one
	 * @param parent where its directory is made
	 * @param arguments arguments for the application
	 * @return the server, ready to answer
	 */
	JavaServer start(TestDatabase database, Path parent, List<String> arguments) {
		try {
			Path directory = Files.createTempDirectory(parent, this.main.getSimpleName() + "-");
			List<String> all = new ArrayList<>(database.create(directory));
			all.addAll(arguments);
			all.add("--server.tomcat.max-keep-alive-requests=-1");
			return JavaServer.start(this.main, directory, JVM, all).awaitReady(this.health);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
