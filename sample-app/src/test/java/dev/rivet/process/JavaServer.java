package dev.rivet.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import static org.awaitility.Awaitility.await;

/**
 * A Spring Boot application in a JVM of its own, with the class path of this one.
 */
public final class JavaServer implements AutoCloseable {

	private final HttpClient http = HttpClient.newHttpClient();

	private final Process process;

	private final int port;

	private final Path log;

	private JavaServer(Process process, int port, Path log) {
		this.process = process;
		this.port = port;
		this.log = log;
	}

	/**
	 * Starts an application.
	 * @param main its main class
	 * @param directory its working directory; its output is added to {@code server.log}
	 * there
	 * @param options options for the JVM
	 * @param arguments arguments for the application
	 * @return the server, which may not answer yet
	 */
	public static JavaServer start(Class<?> main, Path directory, List<String> options, List<String> arguments) {
		return start(main, directory, freePort(), options, arguments);
	}

	/**
	 * Starts an application where its clients expect it.
	 * @param port the port
	 * @see #start(Class, Path, List, List)
	 */
	public static JavaServer start(Class<?> main, Path directory, int port, List<String> options,
			List<String> arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		return start(command, directory, port, arguments);
	}

	/**
	 * Starts an application in a way of its own.
	 * @param java the command that starts it
	 * @param directory its working directory; its output is added to {@code server.log}
	 * there
	 * @param arguments arguments for the application
	 * @return the server, which may not answer yet
	 */
	public static JavaServer start(List<String> java, Path directory, List<String> arguments) {
		return start(java, directory, freePort(), arguments);
	}

	private static JavaServer start(List<String> java, Path directory, int port, List<String> arguments) {
		List<String> command = new ArrayList<>(java);
		command.addAll(List.of("--server.address=127.0.0.1", "--server.port=" + port, "--spring.main.banner-mode=off"));
		command.addAll(arguments);
		Path log = directory.resolve("server.log");
		ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
		try {
			return new JavaServer(builder.start(), port, log);
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot start " + command, ex);
		}
	}

	/**
	 * Finds a port below those that the system gives to outgoing connections, so that
	 * none takes it meanwhile.
	 */
	public static int freePort() {
		while (true) {
			int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
			try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// taken
			}
		}
	}

	/**
	 * Waits until the server answers.
	 * @param path the path of something that it answers with success when it is ready
	 * @return this server
	 */
	public JavaServer awaitReady(String path) {
		await().atMost(Duration.ofMinutes(2))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(20))
			.failFast("The server has ended", this::requireAlive)
			.until(() -> answers(path));
		return this;
	}

	/**
	 * Waits until the server accepts connections, and hardly longer.
	 * @return this server
	 */
	public JavaServer awaitListening() {
		await().atMost(Duration.ofMinutes(2))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10))
			.failFast("The server has ended", this::requireAlive)
			.until(this::isListening);
		return this;
	}

	private boolean isListening() {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private void requireAlive() {
		if (!this.process.isAlive()) {
			throw new IllegalStateException(output());
		}
	}

	private boolean answers(String path) throws InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(5)).build();
		try {
			return this.http.send(request, BodyHandlers.discarding()).statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	public URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.port + path);
	}

	public long pid() {
		return this.process.pid();
	}

	/**
	 * Returns how much processor time the server has used.
	 */
	public Duration processorTime() {
		return this.process.info().totalCpuDuration().orElse(Duration.ZERO);
	}

	/**
	 * Returns what the server and those before it in its directory have printed.
	 */
	public String output() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			return "No output: " + ex;
		}
	}

	/**
	 * Kills the server: SIGKILL on POSIX systems.
	 * @return its exit code
	 */
	public int kill() {
		return end(this.process.destroyForcibly());
	}

	/**
	 * Asks the server to stop: SIGTERM on POSIX systems.
	 */
	public void terminate() {
		this.process.destroy();
	}

	/**
	 * Waits until the server has ended.
	 * @return its exit code
	 */
	public int awaitEnd() {
		return end(this.process);
	}

	@Override
	public void close() {
		terminate();
		awaitEnd();
	}

	private static int end(Process process) {
		try {
			return process.waitFor();
		}
		catch (InterruptedException ex) {
			process.destroyForcibly();
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

}
