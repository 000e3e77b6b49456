package dev.rivet.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests that prepare a server.
 */
public final class Requests {

	private static final int PARALLEL = 8;

	private static final Pattern ACTOR_ID = Pattern.compile("\"actor_id\":\"([^\"]+)\"");

	static {
		// seconds, less than a server keeps idle connections
		System.setProperty("jdk.httpclient.keepalive.timeout", "10");
	}

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final JavaServer server;

	public Requests(JavaServer server) {
		this.server = server;
	}

	/**
	 * Does something for each item, several at a time.
	 * @param <T> the type of the items
	 * @param items the items
	 * @param work what to do
	 */
	public <T> void inParallel(List<T> items, BiConsumer<Requests, T> work) {
		ExecutorService threads = Executors.newFixedThreadPool(PARALLEL);
		try {
			CompletableFuture
				.allOf(items.stream()
					.map((item) -> CompletableFuture.runAsync(() -> work.accept(this, item), threads))
					.toArray(CompletableFuture[]::new))
				.join();
		}
		finally {
			threads.shutdown();
		}
	}

	/**
	 * Creates an actor.
	 * @param name its name
	 * @param key its key
	 * @return the path of its gateway
	 */
	public String create(String name, String key) {
		String actor = send("PUT", "/api/rivet/actors?namespace=default", """
				{"name":"%s","key":"%s","runner_name_selector":"default","crash_policy":"sleep"}""".formatted(name,
				key));
		Matcher id = ACTOR_ID.matcher(actor);
		if (!id.find()) {
			throw new IllegalStateException("No actor id in " + actor);
		}
		return gateway(id.group(1));
	}

	/**
	 * Returns the path of an actor's gateway.
	 */
	public static String gateway(String actorId) {
		return "/api/rivet/gateway/" + actorId;
	}

	/**
	 * Sends a request that must succeed.
	 * @return the body of the answer
	 */
	public String send(String method, String path, String body) {
		HttpRequest request = HttpRequest.newBuilder(this.server.uri(path))
			.header("Content-Type", "application/json")
			.header("x-rivet-encoding", "json")
			.method(method, BodyPublishers.ofString(body))
			.build();
		try {
			HttpResponse<String> response = this.http.send(request, BodyHandlers.ofString());
			if (response.statusCode() != 200) {
				throw new IllegalStateException(
						"%s %s: %d %s".formatted(method, path, response.statusCode(), response.body()));
			}
			return response.body();
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
