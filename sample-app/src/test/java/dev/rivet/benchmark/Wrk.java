package dev.rivet.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.rivet.process.JavaServer;

/**
 * The load generator: {@code wrk}.
 */
final class Wrk {

	private final Path directory;

	Wrk(Path directory) {
		this.directory = directory;
		copy("actions.lua");
		copy("creates.lua");
	}

	private void copy(String script) {
		try (InputStream resource = Objects.requireNonNull(Wrk.class.getResourceAsStream(script))) {
			Files.copy(resource, this.directory.resolve(script), StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static boolean isInstalled() {
		try {
			new ProcessBuilder("wrk", "-v").redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Increments counters, one after the other.
	 * @param server the server
	 * @param paths the paths that increment them
	 * @param connections over how many connections
	 * @param seconds how long
	 * @return what was found
	 */
	Sample increment(JavaServer server, List<String> paths, int connections, int seconds) {
		return post(server, paths, "{\"args\":[1]}", connections, seconds);
	}

	/**
	 * Posts the same to each of many paths, one after the other.
	 * @param server the server
	 * @param paths the paths
	 * @param body what to post
	 * @param connections over how many connections
	 * @param seconds how long
	 * @return what was found
	 */
	Sample post(JavaServer server, List<String> paths, String body, int connections, int seconds) {
		Path file = this.directory.resolve("paths.txt");
		try {
			Files.write(file, paths);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return run(server, "actions.lua", 1, connections, seconds, Map.of("PATHS", file.toString(), "BODY", body));
	}

	/**
	 * Creates counters and increments each once.
	 * @param server the server
	 * @param connections over how many connections
	 * @param seconds how long
	 * @return what was found; an operation is both together
	 */
	Sample create(JavaServer server, int connections, int seconds) {
		return run(server, "creates.lua", connections, connections, seconds,
				Map.of("RUN", Long.toString(System.nanoTime(), Character.MAX_RADIX)));
	}

	private Sample run(JavaServer server, String script, int threads, int connections, int seconds,
			Map<String, String> environment) {
		ProcessBuilder wrk = new ProcessBuilder("wrk", "-t" + threads, "-c" + connections, "-d" + seconds, "--timeout",
				"20", "-s", this.directory.resolve(script).toString(), server.uri("/").toString());
		wrk.environment().putAll(environment);
		// what other servers have written would else be brought to the disk meanwhile
		output(new ProcessBuilder("sync"));
		Duration before = server.processorTime();
		String output = output(wrk);
		return Sample.parse(output.substring(output.lastIndexOf('{')), server.processorTime().minus(before));
	}

	private static String output(ProcessBuilder command) {
		try {
			Process process = command.redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes());
			if (process.waitFor() != 0) {
				throw new IllegalStateException(command.command().get(0) + " failed: " + output);
			}
			return output;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

}
