package dev.rivet.autoconfigure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import dev.rivet.actor.OnBeforeConnect;
import dev.rivet.actor.OnRequest;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import dev.rivet.client.ActorHandle;
import dev.rivet.runtime.ActorRuntime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.http.HttpStatus;
import org.springframework.http.RequestEntity;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@code @OnRequest}.
 */
@Timeout(60)
class RawRequestTests {

	private static final HttpClient http = HttpClient.newHttpClient();

	private static final BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:raw;DB_CLOSE_DELAY=-1", RunningApplication.WITHOUT_SECURITY,
						"rivet.max-request-body-size=100KB", "rivet.actors.stream.sleep-timeout=50ms"),
				Notes.class, Bound.class, Stream.class, Later.class, Silent.class, Guarded.class, Streamed.class,
				Failing.class, Read.class, Form.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void everyMethodAndPathReachesTheActor() throws Exception {
		for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
			HttpResponse<String> answer = send("notes", "a", method, "/some/path%20here?x=1&y=%C3%BC", "body");
			assertThat(answer.statusCode()).isEqualTo(201);
			assertThat(answer.headers().firstValue("x-seen")).hasValue("yes");
			assertThat(answer.body()).isEqualTo(method + " /some/path%20here?x=1&y=%C3%BC " + "body");
		}
		assertThat(send("notes", "a", "GET", "", "").body()).startsWith("GET / ");
		assertThat(application.actor("notes", "a").call(Integer.class, "count")).isEqualTo(7);
	}

	@Test
	void whatThrowsChangesNothing() throws Exception {
		assertThat(send("notes", "b", "POST", "/refuse", "").statusCode()).isEqualTo(400);
		assertThat(send("notes", "b", "POST", "/refuse", "").body()).contains("\"code\":\"refused\"");
		HttpResponse<String> teapot = send("notes", "b", "POST", "/teapot", "");
		assertThat(teapot.statusCode()).isEqualTo(418);
		assertThat(teapot.body()).contains("short and stout");
		HttpResponse<String> crash = send("notes", "b", "POST", "/crash", "");
		assertThat(crash.statusCode()).isEqualTo(500);
		assertThat(crash.body()).contains("internal_error").doesNotContain("secret");
		assertThat(application.actor("notes", "b").call(Integer.class, "count")).isZero();
	}

	@Test
	void argumentsAreThoseOfSpringMvc() throws Exception {
		HttpRequest request = request("bound", "a", "POST", "/?times=2", "{\"name\":\"ada\"}")
			.header("Content-Type", "application/json")
			.header("x-greeting", "Hi")
			.build();
		HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
		assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
		assertThat(answer.body()).isEqualTo("{\"text\":\"Hi Hi ada from a\"}");
		assertThat(send("bound", "a", "POST", "/?times=2", "{}").statusCode()).isEqualTo(415);
		HttpRequest broken = request("bound", "a", "POST", "/?times=2", "{\"name\":")
			.header("Content-Type", "application/json")
			.header("x-greeting", "Hi")
			.build();
		assertThat(http.send(broken, BodyHandlers.ofString()).statusCode()).isEqualTo(400);
		HttpRequest missing = request("bound", "a", "POST", "/?times=2", "").header("Content-Type", "application/json")
			.header("x-greeting", "Hi")
			.build();
		assertThat(http.send(missing, BodyHandlers.ofString()).body()).contains("invalid_request")
			.doesNotContain("Bound");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/../../../health", "/%2e%2E/%2e./../health", "/.", "/./x" })
	void pathsThatLeadElsewhereDoNotReachTheActor(String path) throws Exception {
		assertThat(send("notes", "dots", "GET", path, "").statusCode()).isIn(400, 404);
		assertThat(application.actor("notes", "dots").call(Integer.class, "count")).isZero();
	}

	@Test
	void eventsAreStreamed() throws Exception {
		HttpResponse<InputStream> answer = http.send(request("stream", "a", "GET", "/events", "").build(),
				BodyHandlers.ofInputStream());
		assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
		try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
			assertThat(lines.readLine()).isEqualTo("data:opened");
			lines.readLine();
			application.actor("stream", "a").call(int.class, "say", "hello");
			assertThat(lines.readLine()).isEqualTo("data:hello");
			lines.readLine();
			application.actor("stream", "a").call(Void.class, "end");
			assertThat(lines.readLine()).isNull();
		}
	}

	@Test
	void anActorStaysAwakeUntilItsStreamsHaveEnded() throws Exception {
		ActorRuntime runtime = application.context().getBean(ActorRuntime.class);
		ActorHandle streaming = application.actor("stream", "kept");
		HttpResponse<InputStream> answer = http.send(request("stream", "kept", "GET", "/events", "").build(),
				BodyHandlers.ofInputStream());
		try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
			assertThat(lines.readLine()).isEqualTo("data:opened");
			lines.readLine();
			ActorHandle other = application.actor("stream", "other");
			for (int i = 0; i < 3; i++) {
				other.call(Void.class, "end");
				await().until(() -> !runtime.administration().isAwake(other.resolve()));
			}
			assertThat(streaming.call(int.class, "say", "hello")).as("streams that it still has").isOne();
			assertThat(lines.readLine()).isEqualTo("data:hello");
			lines.readLine();
			streaming.call(Void.class, "end");
			assertThat(lines.readLine()).isNull();
		}
		await().until(() -> !runtime.administration().isAwake(streaming.resolve()));
	}

	@Test
	void largeResponsesAreStreamed() throws Exception {
		HttpResponse<InputStream> answer = http.send(request("stream", "b", "GET", "/large", "").build(),
				BodyHandlers.ofInputStream());
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body().readAllBytes()).hasSize(5_000_000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/fails", "/fails-before" })
	void streamsThatFailBeforeAnythingIsSentAreErrors(String path) throws Exception {
		HttpResponse<String> answer = send("failing", "a", "GET", path, "");
		assertThat(answer.statusCode()).isEqualTo(500);
		assertThat(answer.body()).startsWith("{").contains("internal_error").endsWith("}").doesNotContain("secret");
	}

	@Test
	void streamsThatFailLaterDoNotLookComplete() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> send("failing", "a", "GET", "/fails-later", ""));
	}

	@Test
	void bodiesHaveALimit() throws Exception {
		assertThat(send("notes", "large", "POST", "/", "x".repeat(100_000)).statusCode()).isEqualTo(201);
		HttpResponse<String> refused = send("notes", "large", "POST", "/", "x".repeat(103_000));
		assertThat(refused.statusCode()).isEqualTo(400);
		assertThat(refused.body()).contains("incoming_too_long");
		HttpRequest chunked = request("notes", "large", "GET", "/", "")
			.method("POST", BodyPublishers.fromPublisher(BodyPublishers.ofString("x".repeat(103_000))))
			.build();
		assertThat(http.send(chunked, BodyHandlers.ofString()).body()).contains("incoming_too_long");
		assertThat(application.actor("notes", "large").call(Integer.class, "count")).isOne();
	}

	@Test
	void whoSendsFarTooMuchHearsWhy() throws Exception {
		int length = 12_000_000;
		try (Socket client = post(application.actor("notes", "far").resolve(), length)) {
			client.getOutputStream().write(new byte[length]);
			assertThat(firstLine(client)).startsWith("HTTP/1.1 400");
		}
	}

	@Test
	void whoSendsFarTooMuchInPiecesHearsWhy() throws Exception {
		String id = application.actor("notes", "far").resolve();
		try (Socket client = send("POST /api/rivet/gateway/" + id + "/request/", "Transfer-Encoding: chunked")) {
			byte[] piece = ("100000\r\n" + "x".repeat(0x100000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
			for (int i = 0; i < 12; i++) {
				client.getOutputStream().write(piece);
			}
			client.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			assertThat(firstLine(client)).startsWith("HTTP/1.1 400");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/..;", "/..", "/%2e%2e" })
	void noPathLeadsAroundTheFiltersOfTheBasePath(String up) throws Exception {
		String id = application.actor("notes", "around").resolve();
		try (Socket client = send("GET /api/rivet/gateway/" + id + "/request" + up.repeat(5) + "/elsewhere",
				"Accept: */*")) {
			assertThat(firstLine(client)).startsWith("HTTP/1.1 4");
		}
		assertThat(application.actor("notes", "around").call(Integer.class, "count")).isZero();
	}

	@Test
	void aSlowClientHoldsUpNobody() throws Exception {
		String id = application.actor("notes", "slow").resolve();
		try (Socket client = post(id, 100)) {
			for (int i = 0; i < 50; i++) {
				client.getOutputStream().write('x');
				assertThat(application.actor("notes", "slow").call(Integer.class, "count")).isZero();
			}
			client.getOutputStream().write("x".repeat(50).getBytes(StandardCharsets.US_ASCII));
			assertThat(firstLine(client)).startsWith("HTTP/1.1 201");
		}
		assertThat(application.actor("notes", "slow").call(Integer.class, "count")).isOne();
	}

	@Test
	void bodiesAreStreamedToWhoAsksForAStream() throws Exception {
		for (String name : List.of("inputStream", "reader")) {
			try (Socket client = post(application.actor(name, "a").resolve(), 2)) {
				client.getOutputStream().write('a');
				assertThat(seen.take()).isEqualTo((int) 'a');
				client.getOutputStream().write('b');
				assertThat(firstLine(client)).startsWith("HTTP/1.1 200");
				assertThat(seen.take()).isEqualTo((int) 'b');
			}
		}
	}

	@Test
	void formsAreBound() throws Exception {
		HttpRequest request = request("form", "a", "POST", "/?c=3", "a=1&b=%C3%BC")
			.header("Content-Type", "application/x-www-form-urlencoded")
			.build();
		assertThat(http.send(request, BodyHandlers.ofString()).body()).isEqualTo("1ü3");
	}

	private static Socket post(String id, int length) throws IOException {
		return send("POST /api/rivet/gateway/" + id + "/request/", "Content-Length: " + length);
	}

	private static Socket send(String request, String header) throws IOException {
		Socket client = new Socket("localhost", application.port());
		client.getOutputStream()
			.write("%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n".formatted(request, header)
				.getBytes(StandardCharsets.US_ASCII));
		return client;
	}

	private static String firstLine(Socket client) throws IOException {
		return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII)).readLine();
	}

	@Test
	void theAnswerMayComeLater() throws Exception {
		CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request("later", "a", "GET", "/", "").build(),
				BodyHandlers.ofString());
		application.actor("later", "a").call(Void.class, "release", "at last");
		assertThat(answer.get().body()).isEqualTo("at last");
	}

	@Test
	void withoutAHandlerThereIsNothing() throws Exception {
		HttpResponse<String> answer = send("silent", "a", "GET", "/", "");
		assertThat(answer.statusCode()).isEqualTo(404);
		assertThat(answer.body()).contains("request_not_defined");
	}

	@Test
	void nothingReturnedIsNoContent() throws Exception {
		assertThat(send("guarded", "a", "GET", "/", "").statusCode()).isEqualTo(204);
	}

	@Test
	void whoMayNotConnectIsRefused() throws Exception {
		HttpRequest request = request("guarded", "a", "GET", "/", "").header("x-rivet-conn-params", "\"intruder\"")
			.build();
		HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).contains("\"code\":\"unwelcome\"");
	}

	private static HttpResponse<String> send(String actor, String key, String method, String path, String body)
			throws Exception {
		return http.send(request(actor, key, method, path, body).build(), BodyHandlers.ofString());
	}

	private static HttpRequest.Builder request(String actor, String key, String method, String path, String body) {
		String id = application.actor(actor, key).resolve();
		return HttpRequest
			.newBuilder(URI.create("http://localhost:%s/api/rivet/gateway/%s/request%s"
				.formatted(application.context().getEnvironment().getProperty("local.server.port"), id, path)))
			.timeout(Duration.ofSeconds(20))
			.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
	}

	@Actor("notes")
	static class Notes {

		@State
		private int count;

		@OnRequest
		ResponseEntity<String> handle(RequestEntity<@Nullable String> request) {
			this.count++;
			String path = request.getUrl().getRawPath();
			switch (path) {
				case "/refuse" -> throw new UserError("refused", "No");
				case "/teapot" -> throw new ResponseStatusException(HttpStatus.I_AM_A_TEAPOT, "short and stout");
				case "/crash" -> throw new IllegalStateException("secret");
				default -> {
				}
			}
			String query = request.getUrl().getRawQuery();
			String body = (request.getBody() != null && request.getBody().length() < 100) ? request.getBody() : "";
			return ResponseEntity.status(HttpStatus.CREATED)
				.header("x-seen", "yes")
				.body(request.getMethod() + " " + path + ((query != null) ? "?" + query : "") + " " + body);
		}

		@Action
		int count() {
			return this.count;
		}

	}

	@Actor("bound")
	static class Bound {

		@OnRequest
		Greeting greet(@RequestBody Person person, @RequestParam int times,
				@RequestHeader("x-greeting") String greeting, ActorContext context, Connection connection) {
			assertThat(connection.id()).isNotEmpty();
			return new Greeting(
					(greeting + " ").repeat(times) + person.name() + " from " + context.key().parts().get(0));
		}

		record Person(String name) {
		}

		record Greeting(String text) {
		}

	}

	@Actor("stream")
	static class Stream {

		private final List<SseEmitter> emitters = new ArrayList<>();

		@OnRequest
		Object open(RequestEntity<Void> request) throws Exception {
			if (request.getUrl().getPath().equals("/large")) {
				StreamingResponseBody large = (out) -> {
					for (int i = 0; i < 500; i++) {
						out.write(new byte[10_000]);
					}
				};
				return large;
			}
			SseEmitter emitter = new SseEmitter(0L);
			this.emitters.add(emitter);
			emitter.send("opened");
			return emitter;
		}

		@Action
		int say(String text) throws Exception {
			for (SseEmitter emitter : this.emitters) {
				emitter.send(text);
			}
			return this.emitters.size();
		}

		@Action
		void end() {
			this.emitters.forEach(SseEmitter::complete);
		}

	}

	@Actor("failing")
	static class Failing {

		@OnRequest
		StreamingResponseBody open(RequestEntity<Void> request) {
			String path = request.getUrl().getPath();
			return (out) -> {
				if (!path.equals("/fails-before")) {
					out.write(new byte[path.equals("/fails-later") ? 100_000 : 100]);
				}
				throw new IOException("This is secret and belongs to the test");
			};
		}

	}

	@Actor("inputStream")
	static class Streamed {

		@OnRequest
		String take(InputStream body) throws IOException {
			seen.add(body.read());
			seen.add(body.read());
			return "taken";
		}

	}

	@Actor("reader")
	static class Read {

		@OnRequest
		String take(Reader body) throws IOException {
			seen.add(body.read());
			seen.add(body.read());
			return "taken";
		}

	}

	@Actor("form")
	static class Form {

		@OnRequest
		String take(@RequestParam int a, @RequestParam String b, @RequestParam int c) {
			return a + b + c;
		}

	}

	@Actor("later")
	static class Later {

		private final CompletableFuture<String> released = new CompletableFuture<>();

		@OnRequest
		CompletionStage<String> answer() {
			return this.released;
		}

		@Action
		void release(String text) {
			this.released.complete(text);
		}

	}

	@Actor("silent")
	static class Silent {

		@Action
		void nothing() {
		}

	}

	@Actor("guarded")
	static class Guarded {

		@OnBeforeConnect
		void check(@Nullable String who) {
			if ("intruder".equals(who)) {
				throw new UserError("unwelcome", "Stay out", Map.of());
			}
		}

		@OnRequest
		void nothing() {
		}

	}

}
