package dev.rivet.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.awaitility.Awaitility.await;

/**
 * A headless Chromium, driven through the one WebSocket of its DevTools protocol.
 */
public final class Chromium implements AutoCloseable {

	private static final Tool tool = new Tool("chromium", "google-chrome", "chromium-browser");

	private static final JsonMapper json = new JsonMapper();

	private final Process process;

	private final WebSocket socket;

	private final AtomicInteger ids = new AtomicInteger();

	private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

	private final List<String> exceptions = new CopyOnWriteArrayList<>();

	private Chromium(Process process, URI address) {
		this.process = process;
		this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(address, new Receiver()).join();
	}

	/**
	 * Returns whether to run the tests that need it.
	 */
	public static boolean isWanted() {
		return tool.isWanted();
	}

	/**
	 * Starts the browser.
	 * @param directory an empty directory for its profile
	 * @return the browser
	 */
	public static Chromium start(Path directory) {
		List<String> command = new ArrayList<>();
		command.add(tool.require());
		command.addAll(List.of("--headless=new", "--remote-debugging-port=0", "--user-data-dir=" + directory,
				"--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server",
				"--disable-background-networking", "--disable-background-timer-throttling",
				"--disable-renderer-backgrounding",
				// containers seldom allow the sandbox, and the pages are our own
				"--no-sandbox"));
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(directory.resolve("output.log").toFile())
				.start();
			Path port = directory.resolve("DevToolsActivePort");
			await().atMost(Duration.ofMinutes(1))
				.failFast("It has ended", () -> !process.isAlive())
				.until(() -> Files.exists(port) && Files.size(port) > 0);
			List<String> lines = Files.readAllLines(port);
			return new Chromium(process, URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)));
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot start " + command, ex);
		}
	}

	/**
	 * Opens a page that shares nothing with others, as on another machine.
	 * @param address the address of the page
	 * @return the page
	 */
	public Page open(URI address) {
		JsonNode context = send(null, "Target.createBrowserContext", Map.of());
		JsonNode target = send(null, "Target.createTarget", Map.of("url", address.toString(), "browserContextId",
				context.path("browserContextId").asString(), "newWindow", true));
		JsonNode session = send(null, "Target.attachToTarget",
				Map.of("targetId", target.path("targetId").asString(), "flatten", true));
		return new Page(this, context.path("browserContextId").asString(), session.path("sessionId").asString());
	}

	/**
	 * Returns what scripts of pages have thrown and not caught.
	 */
	public List<String> exceptions() {
		return this.exceptions;
	}

	JsonNode send(@Nullable String session, String method, Map<String, ?> parameters) {
		int id = this.ids.incrementAndGet();
		CompletableFuture<JsonNode> answer = new CompletableFuture<>();
		this.answers.put(id, answer);
		Map<String, Object> message = new HashMap<>(Map.of("id", id, "method", method, "params", parameters));
		if (session != null) {
			message.put("sessionId", session);
		}
		synchronized (this.socket) {
			this.socket.sendText(json.writeValueAsString(message), true).join();
		}
		JsonNode result = answer.orTimeout(30, TimeUnit.SECONDS).join();
		if (result.has("error")) {
			throw new IllegalStateException(method + ": " + result.path("error"));
		}
		return result.path("result");
	}

	@Override
	public void close() {
		// the last of them still writes into the profile, which is deleted next
		List<ProcessHandle> processes = Stream.concat(Stream.of(this.process.toHandle()), this.process.descendants())
			.toList();
		send(null, "Browser.close", Map.of());
		CompletableFuture.allOf(processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
			.completeOnTimeout(null, 10, TimeUnit.SECONDS)
			.join();
		processes.forEach(ProcessHandle::destroyForcibly);
	}

	private final class Receiver implements WebSocket.Listener {

		private final StringBuilder text = new StringBuilder();

		@Override
		public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
			this.text.append(part);
			if (last) {
				JsonNode message = json.readTree(this.text.toString());
				this.text.setLength(0);
				CompletableFuture<JsonNode> answer = Chromium.this.answers.remove(message.path("id").asInt());
				if (answer != null) {
					answer.complete(message);
				}
				else if (message.path("method").asString().equals("Runtime.exceptionThrown")) {
					Chromium.this.exceptions.add(message.path("params").toString());
				}
			}
			socket.request(1);
			return null;
		}

	}

}
