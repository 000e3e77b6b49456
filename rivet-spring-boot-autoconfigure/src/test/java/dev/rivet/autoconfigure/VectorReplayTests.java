package dev.rivet.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.ActorWebSocket;
import dev.rivet.actor.OnRequest;
import dev.rivet.actor.OnWebSocket;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.State;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends again what clients and others were seen to send to the servers of RivetKit.
 */
@Timeout(60)
class VectorReplayTests {

	private static final Set<String> HEADERS = Set.of("content-type", "user-agent", "x-rivet-encoding",
			"x-rivet-conn-params", "x-rivet-token", "x-rivet-target", "x-rivet-actor", "x-rivet-skip-ready-wait",
			"origin", "access-control-request-method", "authorization");

	/**
	 * An actor that one of the captures begins with.
	 */
	private static final String RESOLVED_BEFORE = "18c2cdb1899550f5";

	/**
	 * What is answered otherwise than it was captured: broken input is never a fault of
	 * the server, a key may be left out, and where versions differ the older ones win.
	 */
	private static final Map<String, Integer> DIFFERENT = Map.of("2.1.5 PUT /actors {\"name\":\"counter\"}", 200,
			"2.1.5 POST /gateway/{id}/action/increment notjson", 400,
			"2.1.5 POST /gateway/deadbeef/action/x {\"args\":[]}", 404, "2.3.19 GET /", 200,
			"2.3.19 GET /actors?namespace=default&actor_ids=nonexistent", 200,
			"2.3.19 POST /gateway/{id}/action/increment {\"args\":[4]}", 400,
			"2.3.19 POST /action/increment {\"args\":[1]}", 200,
			"2.3.19 GET /actors/{id}/kv/keys/AAA=?namespace=default", 200,
			"2.3.19 POST /gateway/{id}/queue {\"body\":1,\"name\":\"jobs\"}", 200);

	private final HttpClient http = HttpClient.newHttpClient();

	private final Map<String, String> ids = new HashMap<>();

	private RunningApplication application;

	@BeforeEach
	void start() {
		this.application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:replay", RunningApplication.WITHOUT_SECURITY,
						"rivet.cors.allowed-origin-patterns=*", "rivet.kv-token=secret"),
				Counter.class, NoHandlers.class);
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "2.1.5-http-misc", "2.3.19-http-misc", "2.1.5-ws-resolve", "2.3.19-ws-resolve" })
	void whatWasCapturedIsAnsweredAlike(String capture) throws Exception {
		String version = capture.substring(0, capture.indexOf('-'));
		this.ids.put(RESOLVED_BEFORE, this.application.actor("counter", "before").resolve());
		for (JsonNode exchange : load("client-" + capture).get("cases")) {
			JsonNode request = exchange.get("request");
			String url = request.get("url").stringValue();
			if (url.contains("/inspector/")) {
				continue;
			}
			HttpResponse<String> answer = send(request, headers(request), "/api/rivet" + url,
					HexFormat.of().parseHex(request.at("/body/hex").asString("")));
			String seen = "%s %s %s %s".formatted(version, request.get("method").stringValue(), withoutIds(url),
					request.at("/body/text").asString(""));
			int expected = DIFFERENT.getOrDefault(seen.trim(), exchange.at("/response/status").intValue());
			assertThat(answer.statusCode() / 100).as("%s: %s", seen, answer.body()).isEqualTo(expected / 100);
			learnId(exchange.at("/response/body/text").asString(""), answer.body());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "2.1.5", "2.3.19" })
	void everyUrlThatClientsBuildIsServed(String version) throws Exception {
		this.ids.put("id1", this.application.actor("counter", "k").resolve());
		for (JsonNode request : requests("url-building-" + version)) {
			if (request.has("websocketUpgrade")) {
				PlainSocket
					.open(this.application.port(), mapped(request.get("websocketUpgrade").stringValue()),
							mapped(request.get("secWebSocketProtocol").stringValue()))
					.close();
				continue;
			}
			HttpResponse<String> answer = send(request, headers(request), request.get("url").stringValue(),
					request.path("bodyLatin1").asString("").getBytes(StandardCharsets.ISO_8859_1));
			assertThat(answer.statusCode()).as("%s: %s", request, answer.body()).isEqualTo(200);
		}
	}

	private static List<JsonNode> requests(String name) {
		List<JsonNode> requests = new ArrayList<>();
		load(name).findValues("requestsInOrder").forEach((some) -> some.forEach(requests::add));
		return requests;
	}

	private HttpResponse<String> send(JsonNode request, Map<String, String> headers, String url, byte[] body)
			throws Exception {
		HttpRequest.Builder builder = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.application.port() + mapped(url)))
			.method(request.get("method").stringValue(),
					(body.length > 0) ? BodyPublishers.ofByteArray(body) : BodyPublishers.noBody());
		headers.forEach((name, value) -> builder.setHeader(name, mapped(value)));
		if (url.contains("/kv/")) {
			builder.setHeader("x-rivet-token", "secret");
		}
		return this.http.send(builder.build(), BodyHandlers.ofString());
	}

	private static Map<String, String> headers(JsonNode request) {
		Map<String, String> headers = new HashMap<>();
		JsonNode captured = request.path("headers");
		if (captured.isArray()) {
			captured.forEach((header) -> headers.put(header.get(0).stringValue(), header.get(1).stringValue()));
		}
		else {
			captured.forEachEntry((name, value) -> headers.put(name, value.stringValue()));
		}
		headers.keySet().removeIf((name) -> !HEADERS.contains(name.toLowerCase(Locale.ROOT)));
		return headers;
	}

	private String mapped(String text) {
		String mapped = text;
		for (Map.Entry<String, String> id : this.ids.entrySet()) {
			mapped = mapped.replace(id.getKey(), id.getValue());
		}
		return mapped;
	}

	private String withoutIds(String url) {
		String without = url;
		for (String id : this.ids.keySet()) {
			without = without.replace(id, "{id}");
		}
		return without;
	}

	private void learnId(String captured, String answer) {
		String theirs = id(captured);
		String ours = id(answer);
		if (theirs != null && ours != null) {
			this.ids.put(theirs, ours);
		}
	}

	private static @Nullable String id(String body) {
		return body.startsWith("{\"actor\":")
				? JsonMapper.shared().readTree(body).at("/actor/actor_id").asStringOpt().orElse(null) : null;
	}

	private static JsonNode load(String name) {
		try (InputStream stream = VectorReplayTests.class
			.getResourceAsStream("/dev/rivet/protocol/vectors/" + name + ".json")) {
			return JsonMapper.shared().readTree(stream);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Actor("counter")
	static class Counter {

		@State
		private int count;

		@Action
		int increment(int by) {
			this.count += by;
			return this.count;
		}

		@Action
		int foo(@Nullable Integer number) {
			return (number != null) ? number : 0;
		}

		@Action
		Object whoami(ActorContext context) {
			return Map.of("key", context.key().parts(), "name", context.name());
		}

		@QueueListener("echo")
		Object echo(Object body) {
			return Map.of("got", body);
		}

		@OnRequest
		String request() {
			return "requested";
		}

		@OnWebSocket
		void open(ActorWebSocket socket) {
		}

	}

	@Actor("nohandlers")
	static class NoHandlers {

	}

}
