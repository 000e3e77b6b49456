package dev.rivet.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls the sample's counters over HTTP. It never repeats a request by itself.
 */
final class CounterClient {

	private static final JsonMapper json = new JsonMapper();

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final URI server;

	CounterClient(URI server) {
		this.server = server;
	}

	Answer getOrCreate(String key) throws IOException, InterruptedException {
		return send("PUT", "/api/rivet/actors?namespace=default",
				Map.of("name", "counter", "key", key, "runner_name_selector", "default", "crash_policy", "sleep"));
	}

	Answer increment(String id, long amount) throws IOException, InterruptedException {
		return call(id, "increment", amount);
	}

	/**
	 * Asks how far the count is from the sum of its entries.
	 */
	Answer difference(String id) throws IOException, InterruptedException {
		return call(id, "difference");
	}

	private Answer call(String id, String action, long... args) throws IOException, InterruptedException {
		return send("POST", "/api/rivet/gateway/" + id + "/action/" + action, Map.of("args", args));
	}

	private Answer send(String method, String path, Object body) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(this.server.resolve(path))
			.header("Content-Type", "application/json")
			.header("x-rivet-encoding", "json")
			.timeout(Duration.ofSeconds(60))
			.method(method, BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
			.build();
		HttpResponse<byte[]> response = this.http.send(request, BodyHandlers.ofByteArray());
		return new Answer(response.statusCode(), json.readTree(response.body()));
	}

	/**
	 * What the server answered.
	 *
	 * @param status the status
	 * @param body the body
	 */
	record Answer(int status, JsonNode body) {

		boolean isSuccess() {
			return this.status == 200;
		}

		/**
		 * Nothing of the call was committed, so it may be sent again.
		 */
		boolean isRetryable() {
			return this.status == 503 && error().equals("actor/restarting");
		}

		/**
		 * Nobody knows whether the call was committed.
		 */
		boolean isUnknown() {
			return this.status == 500 && error().equals("rivetkit/internal_error");
		}

		private String error() {
			return this.body.path("group").asString("") + "/" + this.body.path("code").asString("");
		}

		String actorId() {
			return this.body.path("actor").path("actor_id").asString();
		}

		long output() {
			return this.body.path("output").asLong();
		}

	}

}
