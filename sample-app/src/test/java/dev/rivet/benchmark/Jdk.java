package dev.rivet.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A JDK on this machine.
 *
 * @param home where it is
 * @param feature its version, such as 25
 */
record Jdk(Path home, int feature) {

	static final Jdk RUNNING = new Jdk(Path.of(System.getProperty("java.home")), Runtime.version().feature());

	private static final int AOT_CACHE_SINCE = 25;

	/**
	 * Finds a JDK that makes AOT caches: this one, or one that is installed beside it.
	 */
	static Optional<Jdk> withAotCache() {
		try (Stream<Path> homes = Files.list(RUNNING.home().resolveSibling(""))) {
			return Stream.concat(Stream.of(RUNNING), homes.sorted().flatMap((home) -> at(home).stream()))
				.filter((jdk) -> jdk.feature() >= AOT_CACHE_SINCE)
				.findFirst();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Optional<Jdk> at(Path home) {
		Path release = home.resolve("release");
		if (!Files.isReadable(release)) {
			return Optional.empty();
		}
		Properties properties = new Properties();
		try (var reader = Files.newBufferedReader(release)) {
			properties.load(reader);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
		return version.isEmpty() ? Optional.empty()
				: Optional.of(new Jdk(home, Runtime.Version.parse(version).feature()));
	}

	String java() {
		return this.home.resolve("bin/java").toString();
	}

	/**
	 * Runs a program to its end.
	 * @param arguments the arguments for the JVM
	 */
	void run(List<String> arguments) {
		List<String> command = Stream.concat(Stream.of(java()), arguments.stream()).toList();
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes());
			if (process.waitFor() != 0) {
				throw new IllegalStateException("%s failed: %s".formatted(command, output));
			}
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
