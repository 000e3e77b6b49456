package dev.rivet.process;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * Requests that prepare a server.
 */
public final class Requests {

	private static final int PARALLEL = 8;

	private static final Pattern ACTOR_ID = Pattern.compile("\"actor_id\":\"([^\"]+)\"");

	static {
		System.setProperty("http.maxConnections", String.valueOf(PARALLEL));
	}

	/**
	 * Not with the newer client of the JDK: once in some 100,000 requests it takes a
	 * connection from its pool while it closes it.
	 */
	private final RestClient http = RestClient.builder().requestFactory(new SimpleClientHttpRequestFactory()).build();

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
		String answer = this.http.method(HttpMethod.valueOf(method))
			.uri(this.server.uri(path))
			.contentType(MediaType.APPLICATION_JSON)
			.header("x-rivet-encoding", "json")
			.body(body)
			.retrieve()
			.body(String.class);
		return Objects.requireNonNullElse(answer, "");
	}

}
