package dev.rivet.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.rivet.process.Tool;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The npm project of the sample.
 */
final class Frontend {

	private static final Path DIRECTORY = Path.of(System.getProperty("basedir", ""), "src", "main", "frontend")
		.toAbsolutePath();

	private static final Tool npm = new Tool("npm");

	private Frontend() {
	}

	/**
	 * Returns whether to run the tests that need it.
	 */
	static boolean isWanted() {
		return npm.isWanted();
	}

	/**
	 * Installs the project's dependencies.
	 * @return the project
	 */
	static Frontend install() throws IOException, InterruptedException {
		Frontend frontend = new Frontend();
		// the hidden lock file is the last that npm writes
		Path installed = DIRECTORY.resolve("node_modules").resolve(".package-lock.json");
		Path wanted = DIRECTORY.resolve("package-lock.json");
		if (!Files.exists(installed)
				|| Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(wanted)) < 0) {
			frontend.run(npm.require(), "ci");
		}
		return frontend;
	}

	/**
	 * Runs a command in the project's directory, and fails if the command does.
	 */
	void run(String... command) throws IOException, InterruptedException {
		Path log = Files.createTempFile("frontend", ".log");
		try {
			Process process = new ProcessBuilder(command).directory(DIRECTORY.toFile())
				.redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start();
			process.getOutputStream().close();
			if (!process.waitFor(5, TimeUnit.MINUTES)) {
				process.destroyForcibly().waitFor();
			}
			assertThat(process.exitValue()).as(() -> List.of(command) + ": " + read(log)).isZero();
		}
		finally {
			Files.delete(log);
		}
	}

	private static String read(Path log) {
		try {
			return Files.readString(log, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
