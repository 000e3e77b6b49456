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

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Clients from npm, installed under {@code target}.
 */
public final class NpmClients {

	private static final Path SOURCE = Path.of(System.getProperty("basedir", ""), "src", "test", "npm");

	private static final Path INSTALLED = Path.of(System.getProperty("basedir", ""), "target", "npm");

	private static final String LOCK_FILE = "package-lock.json";

	private static final int MINUTES = 5;

	private NpmClients() {
	}

	/**
	 * Installs the clients, or skips the test where there is no Node. On a build server
	 * that is a failure.
	 * @return the clients
	 * @throws IOException if the project cannot be copied
	 */
	public static NpmClients install() throws IOException {
		require("node");
		require("npm");
		copySources();
		if (!isInstalled()) {
			FileSystemUtils.deleteRecursively(INSTALLED.resolve("node_modules"));
			Files.copy(SOURCE.resolve(LOCK_FILE), INSTALLED.resolve(LOCK_FILE));
			Output output = execute(List.of("npm", "ci", "--ignore-scripts", "--omit=optional", "--omit=peer",
					"--no-audit", "--no-fund"));
			assertThat(output.exitCode()).as("npm ci: " + output.err()).isZero();
		}
		return new NpmClients();
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
		if ("true".equals(System.getenv("CI"))) {
			fail("Clients from npm must be tested here, but " + reason);
		}
		Assumptions.abort("Clients from npm are not tested: " + reason);
	}

	private static void copySources() throws IOException {
		Files.createDirectories(INSTALLED);
		try (Stream<Path> sources = Files.walk(SOURCE)) {
			for (Path source : sources.filter(Files::isRegularFile).toList()) {
				Path relative = SOURCE.relativize(source);
				if (!relative.startsWith("node_modules") && !relative.equals(Path.of(LOCK_FILE))) {
					Path target = INSTALLED.resolve(relative);
					Files.createDirectories(target.getParent());
					Files.write(target, Files.readAllBytes(source));
				}
			}
		}
	}

	/**
	 * The hidden lock file is the last that npm writes.
	 */
	private static boolean isInstalled() throws IOException {
		Path lock = INSTALLED.resolve(LOCK_FILE);
		boolean complete = Files.exists(INSTALLED.resolve("node_modules").resolve(".package-lock.json"));
		if (complete && Files.exists(lock) && Files.mismatch(lock, SOURCE.resolve(LOCK_FILE)) < 0) {
			return true;
		}
		Files.deleteIfExists(lock);
		return false;
	}

	/**
	 * Runs all cases of one setting.
	 * @param baseUrl where the server is
	 * @param setting version, encoding and transport
	 * @return what came out
	 */
	public Run run(String baseUrl, List<String> setting) {
		return run("conformance.mjs", baseUrl, setting);
	}

	/**
	 * Runs all cases of a script.
	 * @param script the script
	 * @param url where the server is
	 * @param arguments what else the script is told
	 * @return what came out
	 */
	public Run run(String script, String url, List<String> arguments) {
		List<String> command = new ArrayList<>(List.of("node", script, url));
		command.addAll(arguments);
		Output output = execute(command);
		List<Result> results = output.out()
			.lines()
			.filter((line) -> line.startsWith("{\"name\":"))
			.map((line) -> JsonMapper.shared().readValue(line, Result.class))
			.toList();
		return new Run(results, output.exitCode(), output.err());
	}

	private static Output execute(List<String> command) {
		try {
			Path out = Files.createTempFile(INSTALLED, "out", ".txt");
			Path err = Files.createTempFile(INSTALLED, "err", ".txt");
			try {
				Process process = new ProcessBuilder(command).directory(INSTALLED.toFile())
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

	private record Output(int exitCode, String out, String err) {
	}

	/**
	 * What came out of one run.
	 *
	 * @param results the results of the cases
	 * @param exitCode the exit code of the process
	 * @param errorOutput what the process complained about
	 */
	public record Run(List<Result> results, int exitCode, String errorOutput) {
	}

	/**
	 * What came out of one case.
	 *
	 * @param name the name of the case
	 * @param ok whether it passed
	 * @param error why not
	 * @param ms how many milliseconds it took
	 */
	public record Result(String name, boolean ok, @Nullable String error, long ms) {
	}

}
