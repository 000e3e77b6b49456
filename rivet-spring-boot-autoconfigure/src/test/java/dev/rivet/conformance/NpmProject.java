package dev.rivet.conformance;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A project of {@code src/test}, installed by npm under {@code target}.
 */
final class NpmProject {

	private static final String LOCK_FILE = "package-lock.json";

	private static final int MINUTES = 5;

	private final Path source;

	private final Path directory;

	private NpmProject(String name) {
		Path base = Path.of(System.getProperty("basedir", ""));
		this.source = base.resolve("src").resolve("test").resolve(name);
		this.directory = base.resolve("target").resolve(name);
	}

	/**
	 * Installs a project, or skips the test where there is no Node. On a build server
	 * that is a failure.
	 * @param name the name of the project's directory
	 * @param options options for npm
	 * @return the project
	 * @throws IOException if the project cannot be copied
	 */
	static NpmProject install(String name, String... options) throws IOException {
		require("node");
		require("npm");
		NpmProject project = new NpmProject(name);
		project.copySources();
		if (!project.isInstalled()) {
			FileSystemUtils.deleteRecursively(project.directory.resolve("node_modules"));
			Files.copy(project.source.resolve(LOCK_FILE), project.directory.resolve(LOCK_FILE));
			List<String> command = new ArrayList<>(
					List.of("npm", "ci", "--ignore-scripts", "--omit=peer", "--no-audit", "--no-fund"));
			command.addAll(List.of(options));
			Output output = project.execute(command);
			assertThat(output.exitCode()).as("npm ci: " + output.err()).isZero();
		}
		return project;
	}

	Path directory() {
		return this.directory;
	}

	private static void require(String command) {
		String reason;
		try {
			Process process = new ProcessBuilder(command, "--version").redirectErrorStream(true).start();
			process.getOutputStream().close();
			process.getInputStream().transferTo(OutputStream.nullOutputStream());
			if (process.waitFor() == 0) {
				return;
			}
			reason = "'" + command + " --version' failed";
		}
		catch (IOException ex) {
			reason = "there is no '" + command + "' on the path";
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		skip(reason);
	}

	/**
	 * Skips the test, unless this is a build server.
	 * @param reason why
	 */
	static void skip(String reason) {
		if ("true".equals(System.getenv("CI"))) {
			fail("What comes from npm must be tested here, but " + reason);
		}
		Assumptions.abort("What comes from npm is not tested: " + reason);
	}

	private void copySources() throws IOException {
		Files.createDirectories(this.directory);
		try (Stream<Path> sources = Files.walk(this.source)) {
			for (Path source : sources.filter(Files::isRegularFile).toList()) {
				Path relative = this.source.relativize(source);
				if (!relative.startsWith("node_modules") && !relative.equals(Path.of(LOCK_FILE))) {
					Path target = this.directory.resolve(relative);
					Files.createDirectories(target.getParent());
					Files.write(target, Files.readAllBytes(source));
				}
			}
		}
	}

	/**
	 * The hidden lock file is the last that npm writes.
	 */
	private boolean isInstalled() throws IOException {
		Path lock = this.directory.resolve(LOCK_FILE);
		boolean complete = Files.exists(this.directory.resolve("node_modules").resolve(".package-lock.json"));
		if (complete && Files.exists(lock) && Files.mismatch(lock, this.source.resolve(LOCK_FILE)) < 0) {
			return true;
		}
		Files.deleteIfExists(lock);
		return false;
	}

	Output execute(List<String> command) {
		try {
			Path out = Files.createTempFile(this.directory, "out", ".txt");
			Path err = Files.createTempFile(this.directory, "err", ".txt");
			try {
				Process process = new ProcessBuilder(command).directory(this.directory.toFile())
					.redirectOutput(out.toFile())
					.redirectError(err.toFile())
					.start();
				process.getOutputStream().close();
				if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
					process.destroyForcibly().waitFor();
				}
				return new Output(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8),
						Files.readString(err, StandardCharsets.UTF_8));
			}
			finally {
				Files.deleteIfExists(out);
				Files.deleteIfExists(err);
			}
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What a process has written.
	 */
	record Output(int exitCode, String out, String err) {
	}

}
