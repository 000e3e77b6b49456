package dev.rivet.remote;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.ActorOptions;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import dev.rivet.protocol.Encoding;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What a client asks of a server, and what it makes of the answers.
 */
@Timeout(20)
class RemoteServerTests {

	private static final int SILENCE = 0;

	private static final String OUTPUT = "{\"output\":1}";

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();

	private final Queue<Answer> answers = new ArrayDeque<>();

	private HttpServer server;

	private String baseUrl;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::answer);
		this.server.start();
		this.baseUrl = "http://127.0.0.1:" + this.server.getAddress().getPort() + "/api/rivet/";
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	private void answer(HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		this.requests.add((exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body).trim());
		this.headers.add(Map.copyOf(exchange.getRequestHeaders()));
		Answer answer = this.answers.remove();
		if (answer.status() == SILENCE) {
			return;
		}
		exchange.getResponseHeaders().add("Content-Type", answer.type());
		byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(answer.status(), bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	private void answers(int status, String body) {
		this.answers.add(new Answer(status, "application/json", body));
	}

	private void resolves(String id) {
		answers(200, "{\"actor\":{\"actor_id\":\"" + id + "\",\"name\":\"counter\"},\"created\":true}");
	}

	private void fails(int status, String group, String code) {
		answers(status, "{\"group\":\"%s\",\"code\":\"%s\",\"message\":\"m\"}".formatted(group, code));
	}

	private RivetClient client() {
		return RemoteServer.at(this.baseUrl).encoding(Encoding.JSON).client();
	}

	@Test
	void theAddressMayCarryNamespaceAndToken() {
		answers(200, "{\"actors\":[]}");
		RivetClient client = RemoteServer.at(this.baseUrl.replace("//", "//my%20space:se:cret@")).client();
		assertFails(client.get("counter", "a")::resolve, "actor", "not_found");
		assertThat(this.requests).containsExactly("GET /api/rivet/actors?name=counter&key=a&namespace=my%20space");
		assertThat(this.headers.get(0)).containsEntry("Authorization", List.of("Bearer se:cret"));
	}

	@Test
	void aServerThatDoesNotAnswerIsNotWaitedForForEver() {
		resolves("1");
		answers(SILENCE, "");
		answers(SILENCE, "");
		answers(SILENCE, "");
		ActorHandle counter = RemoteServer.at(this.baseUrl)
			.callTimeout(Duration.ofMillis(200))
			.client()
			.getOrCreate("counter", "a");
		assertFails(() -> counter.call(Integer.class, "increment", 1), "client", "request_failed");
		assertFails(() -> counter.send("jobs", 1), "client", "request_failed");
		assertFails(() -> counter.sendAndWait("jobs", 1, Duration.ofMillis(1)), "client", "request_failed");
	}

	@Test
	void resolvesOncePerHandle() {
		resolves("1");
		answers(200, OUTPUT);
		answers(200, OUTPUT);
		ActorHandle counter = client().getOrCreate("counter", "a/b", "c d");
		counter.call(Integer.class, "increment", 1);
		counter.call(Integer.class, "increment", "ü");
		assertThat(this.requests).containsExactly(
				"PUT /api/rivet/actors?namespace=default {\"name\":\"counter\",\"key\":\"a\\\\/b/c d\","
						+ "\"runner_name_selector\":\"default\",\"crash_policy\":\"sleep\"}",
				"POST /api/rivet/gateway/1/action/increment {\"args\":[1]}",
				"POST /api/rivet/gateway/1/action/increment {\"args\":[\"ü\"]}");
	}

	@Test
	void destroysWhatIsThere() {
		answers(200, "{\"actors\":[{\"actor_id\":\"1\",\"name\":\"counter\"}]}");
		answers(200, "{}");
		answers(200, "{\"actors\":[]}");
		ActorHandle counter = client().getOrCreate("counter", "a");
		counter.destroy();
		assertFails(counter::destroy, "actor", "not_found");
		assertThat(this.requests).containsExactly("GET /api/rivet/actors?name=counter&key=a&namespace=default",
				"DELETE /api/rivet/actors/1?namespace=default",
				"GET /api/rivet/actors?name=counter&key=a&namespace=default");
	}

	@Test
	void encodesWhatGoesIntoAddresses() {
		answers(200, "{\"actors\":[{\"actor_id\":\"1\",\"name\":\"a b\"}]}");
		answers(200, OUTPUT);
		client().get("a b", "ü/&").call(Integer.class, "what ever/else");
		assertThat(this.requests).containsExactly(
				"GET /api/rivet/actors?name=a%20b&key=%C3%BC%5C%2F%26&namespace=default",
				"POST /api/rivet/gateway/1/action/what%20ever%2Felse {\"args\":[]}");
	}

	@Test
	void actorThatIsNoMoreIsAskedForAgain() {
		resolves("1");
		answers(200, OUTPUT);
		fails(404, "actor", "not_found");
		resolves("2");
		answers(200, "{\"output\":2}");
		ActorHandle counter = client().getOrCreate("counter", "a");
		counter.call(Integer.class, "value");
		assertThat(counter.call(Integer.class, "value")).isEqualTo(2);
		assertThat(this.requests).last().asString().contains("/gateway/2/");
	}

	@Test
	void actorThatWasNeverThereIsNotAskedForAgain() {
		answers(200, "{\"actors\":[]}");
		answers(200, "{\"actors\":[]}");
		ActorHandle counter = client().get("counter", "a");
		assertFails(() -> counter.call(Integer.class, "value"), "actor", "not_found");
		assertThat(this.requests).hasSize(1);
		assertFails(() -> counter.call(Integer.class, "value"), "actor", "not_found");
		assertThat(this.requests).hasSize(2);
	}

	@Test
	void idWithAnotherNameIsNotFound() {
		answers(200, "{\"actors\":[{\"actor_id\":\"1\",\"name\":\"room\"}]}");
		assertFails(() -> client().getForId("counter", "1").call(Integer.class, "value"), "actor", "not_found");
	}

	@Test
	void callThatHadNoEffectIsMadeAgain() {
		resolves("1");
		fails(503, "actor", "restarting");
		fails(503, "actor", "restarting");
		answers(200, OUTPUT);
		assertThat(client().getOrCreate("counter", "a").call(Integer.class, "value")).isEqualTo(1);
		assertThat(this.requests).hasSize(4);
	}

	@Test
	void callIsNotMadeAgainForEver() {
		resolves("1");
		for (int i = 0; i < 5; i++) {
			fails(503, "actor", "restarting");
		}
		assertFails(() -> client().getOrCreate("counter", "a").call(Integer.class, "value"), "actor", "restarting");
		assertThat(this.requests).hasSize(6);
	}

	@Test
	void otherErrorsAreFinal() {
		resolves("1");
		answers(500, "{\"group\":\"user\",\"code\":\"no\",\"message\":\"No\",\"metadata\":{\"a\":[1]}}");
		RivetException failure = assertFails(() -> client().getOrCreate("counter", "a").call(Integer.class, "value"),
				"user", "no");
		assertThat(failure).hasMessage("No");
		assertThat(failure.metadata()).isEqualTo(Map.of("a", List.of(1)));
		assertThat(this.requests).hasSize(2);
	}

	@Test
	void answerThatIsNoneOfOursIsQuoted() {
		this.answers.add(new Answer(502, "text/html", "<h1>Bad Gateway</h1>"));
		assertThat(assertFails(() -> client().getOrCreate("counter", "a").resolve(), "client", "request_failed"))
			.hasMessage("HTTP request error: status 502: <h1>Bad Gateway</h1>");
		this.answers.add(new Answer(200, "text/html", "<h1>Hello</h1>"));
		assertFails(() -> client().getOrCreate("counter", "a").resolve(), "client", "request_failed");
		resolves("1");
		this.answers.add(new Answer(200, "text/html", "<h1>Hello</h1>"));
		assertFails(() -> client().getOrCreate("counter", "a").call(Integer.class, "value"), "client",
				"request_failed");
	}

	@Test
	void answerThatIsTooLongIsNotKept() {
		String longest = " ".repeat(1024 - OUTPUT.length()) + OUTPUT;
		resolves("1");
		answers(200, longest);
		answers(200, " " + longest);
		ActorHandle counter = RemoteServer.at(this.baseUrl)
			.encoding(Encoding.JSON)
			.maxMessageSize(DataSize.ofKilobytes(1))
			.client()
			.getOrCreate("counter", "a");
		assertThat(counter.call(Integer.class, "value")).isEqualTo(1);
		assertFails(() -> counter.call(Integer.class, "value"), "client", "message_too_long");
	}

	@Test
	void serverThatIsNotThere() {
		stop();
		RivetException failure = assertFails(() -> client().getOrCreate("counter", "a").call(Integer.class, "value"),
				"client", "request_failed");
		assertThat(failure).hasCauseInstanceOf(IOException.class);
		CompletableFuture<Integer> call = client().getOrCreate("counter", "a").callAsync(Integer.class, "value");
		assertThat(call).failsWithin(java.time.Duration.ofSeconds(5));
	}

	@Test
	void tokenParametersAndHeaders() {
		resolves("1");
		answers(200, OUTPUT);
		RemoteServer.at(this.baseUrl)
			.encoding(Encoding.JSON)
			.token("se cret")
			.namespace("prod")
			.header("X-Test", "yes")
			.client()
			.getOrCreate("counter", List.of("a"), new ActorOptions(null, Map.of("name", "Zoë")))
			.call(Integer.class, "value");
		assertThat(this.requests.get(0)).startsWith("PUT /api/rivet/actors?namespace=prod ");
		assertThat(this.requests.get(1)).startsWith("POST /api/rivet/gateway/1@se%20cret/action/value");
		assertThat(this.headers.get(0)).containsEntry("Authorization", List.of("Bearer se cret"))
			.containsEntry("X-test", List.of("yes"));
		assertThat(this.headers.get(1)).containsEntry("X-rivet-token", List.of("se cret"))
			.containsEntry("X-rivet-encoding", List.of("json"))
			.containsEntry("X-rivet-conn-params", List.of("{\"name\":\"Zo\\u00EB\"}"))
			.containsEntry("X-test", List.of("yes"));
	}

	@Test
	void addressMustBeOne() {
		for (String address : List.of("localhost:8080", "http://localhost/?a=b", "http://localhost/#a")) {
			assertThatIllegalArgumentException().isThrownBy(() -> RemoteServer.at(address))
				.withMessage("The address of a server must have http or https and a host, and no query or fragment");
		}
	}

	private static RivetException assertFails(ThrowingCallable call, String group, String code) {
		RivetException failure = catchThrowableOfType(RivetException.class, call);
		assertThat(failure).isNotNull();
		assertThat(failure.is(group, code)).as(failure.toString()).isTrue();
		return failure;
	}

	private record Answer(int status, String type, String body) {
	}

}
