package dev.rivet.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients from npm, installed under {@code target}.
 */
public final class NpmClients {

	private final NpmProject project;

	private NpmClients(NpmProject project) {
		this.project = project;
	}

	/**
	 * Installs the clients, or skips the test where there is no Node. On a build server
	 * that is a failure.
	 * @return the clients
	 * @throws IOException if the project cannot be copied
	 */
	public static NpmClients install() throws IOException {
		return new NpmClients(NpmProject.install("npm", "--omit=optional"));
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
		NpmProject.Output output = this.project.execute(command);
		List<Result> results = output.out()
			.lines()
			.filter((line) -> line.startsWith("{\"name\":"))
			.map((line) -> JsonMapper.shared().readValue(line, Result.class))
			.toList();
		return new Run(results, output.exitCode(), output.err());
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
