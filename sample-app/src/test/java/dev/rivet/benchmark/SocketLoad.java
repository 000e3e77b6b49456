package dev.rivet.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

import dev.rivet.process.JavaServer;

/**
 * The load generator for WebSockets, which {@code wrk} cannot open: {@link SocketTraffic}
 * in a JVM of its own.
 */
final class SocketLoad implements AutoCloseable {

	private final Process process;

	private final BufferedReader results;

	private final PrintStream measurements;

	SocketLoad() {
		try {
			this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx512m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
					SocketTraffic.class.getName())
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.results = new BufferedReader(new InputStreamReader(this.process.getInputStream()));
		this.measurements = new PrintStream(this.process.getOutputStream(), true);
	}

	/**
	 * Calls an action over one socket.
	 * @param server the server
	 * @param path the path of the socket
	 * @param inFlight how many calls are under way at a time
	 * @param seconds how long
	 * @return what was found; an operation is a call and its answer
	 */
	Sample calls(JavaServer server, String path, int inFlight, int seconds) {
		return measure(server, "calls %s %d %d".formatted(server.uri(path), inFlight, seconds));
	}

	/**
	 * Publishes events.
	 * @param server the server
	 * @param path the path of the sockets
	 * @param inFlight how many of the publishing calls are under way at a time
	 * @param subscribers how many sockets have subscribed
	 * @param count how many events to publish
	 * @return what was found; an operation is the delivery of an event to a subscriber
	 */
	Sample broadcasts(JavaServer server, String path, int inFlight, int subscribers, int count) {
		return measure(server, "broadcasts %s %d %d %d".formatted(server.uri(path), inFlight, subscribers, count));
	}

	private Sample measure(JavaServer server, String measurement) {
		Duration before = server.processorTime();
		this.measurements.println(measurement);
		try {
			String result = this.results.readLine();
			if (result == null) {
				throw new IllegalStateException("'%s' failed\n%s".formatted(measurement, server.output()));
			}
			return Sample.parse(result, server.processorTime().minus(before));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}
