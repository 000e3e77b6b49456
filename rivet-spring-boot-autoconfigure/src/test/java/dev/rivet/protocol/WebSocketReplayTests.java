package dev.rivet.protocol;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import dev.rivet.actor.ConnectionState;
import dev.rivet.actor.OnBeforeConnect;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import dev.rivet.protocol.Vectors.Conversation;
import dev.rivet.protocol.Vectors.Frame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every connection that was captured, replayed: to the bytes that the clients sent our
 * server answers what RivetKit's server did.
 */
@Timeout(60)
class WebSocketReplayTests {

	/**
	 * Where RivetKit's servers could not do what was asked, or told clients less.
	 */
	private static final Set<String> BETTER = Set.of("2.3.19 event-special", "2.3.19 retSpecial", "2.1.5 dispose2",
			"2.1.5 conn-reject", "2.1.5 after-kill");

	private static final Map<String, String> CODES_OF_2_3 = Map.of("actor/action_not_found", "action/not_found",
			"actor/action_timed_out", "action/timed_out");

	private static final Set<String> OF_ONE_RUN = Set.of("actorId", "connId", "key", "region", "ab", "nested");

	private static final HttpClient http = HttpClient.newHttpClient();

	private static ConfigurableApplicationContext application;

	private static int keys;

	@BeforeAll
	static void start(@TempDir Path directory) {
		application = new SpringApplicationBuilder(Application.class)
			.properties("server.port=0", "spring.main.banner-mode=off",
					"spring.datasource.url=jdbc:sqlite:" + directory.resolve("replay.db")
							+ "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000")
			.run();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	static Stream<Conversation> conversations() {
		// one client came while its actor was still being destroyed
		return Vectors.conversations()
			.stream()
			.filter((conversation) -> !conversation.frames().get(0).close().contains("actor.not_found"));
	}

	@ParameterizedTest
	@MethodSource("conversations")
	void isAnsweredAsByRivetKit(Conversation conversation) throws Exception {
		Client client = new Client(conversation);
		List<String> expected = new ArrayList<>();
		boolean comparable = true;
		for (Frame frame : conversation.frames()) {
			if (!frame.isToServer()) {
				comparable &= !BETTER.contains(frame.version() + " " + frame.name());
				expected.add(frame.isClose() ? frame.close() : meaning(client.decode(frame.body().bytes())));
				continue;
			}
			if (comparable) {
				assertThat(client.next(expected.size())).containsExactlyInAnyOrderElementsOf(expected);
			}
			expected.clear();
			if (!comparable || BETTER.contains(frame.version() + " " + frame.name())) {
				return;
			}
			client.send(frame);
		}
		if (comparable) {
			assertThat(client.next(expected.size())).containsExactlyInAnyOrderElementsOf(expected);
		}
	}

	private static String meaning(ToClient message) {
		if (message instanceof ToClient.ActionResponse response) {
			return "reply %d %s".formatted(response.id(), comparable(response.output()));
		}
		if (message instanceof ToClient.Error failure) {
			String code = failure.error().group() + "/" + failure.error().code();
			return "error %s %s %s".formatted(failure.actionId(), CODES_OF_2_3.getOrDefault(code, code),
					code.startsWith("user/") ? comparable(failure.error().metadata()) : "");
		}
		return (message instanceof ToClient.Event event) ? event.name() + " " + withoutUndefined(event) : "init";
	}

	/**
	 * The newer server writes one undefined argument where there is none.
	 */
	private static String withoutUndefined(ToClient.Event event) {
		return event.args().toString().replace("[null]", "[]");
	}

	/**
	 * Leaves out what differs between two runs, and what Java has no notation for.
	 */
	private static String comparable(@Nullable JsonNode value) {
		if (!(value instanceof ObjectNode object)) {
			return String.valueOf(value);
		}
		Map<String, JsonNode> sorted = new TreeMap<>();
		object.properties()
			.stream()
			.filter((entry) -> !OF_ONE_RUN.contains(entry.getKey()) && !entry.getValue().isNull())
			.forEach((entry) -> sorted.put(entry.getKey(), entry.getValue()));
		return sorted.toString().replace(".000Z", "Z");
	}

	/**
	 * A client that sends what was captured.
	 */
	private static final class Client implements WebSocket.Listener {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		private final ByteArrayOutputStream part = new ByteArrayOutputStream();

		private final Conversation conversation;

		private final WebSocket socket;

		Client(Conversation conversation) {
			this.conversation = conversation;
			List<String> protocols = conversation.protocols();
			this.socket = http.newWebSocketBuilder()
				.subprotocols(protocols.get(0), protocols.subList(1, protocols.size()).toArray(String[]::new))
				.buildAsync(URI.create(("ws://localhost:%s/api/rivet/gateway/counter/connect?rvt-namespace=default"
						+ "&rvt-method=getOrCreate&rvt-runner=default&rvt-key=%d")
					.formatted(application.getEnvironment().getProperty("local.server.port"), ++keys)), this)
				.join();
		}

		ToClient decode(byte[] frame) {
			return MessageCodec.forEncoding(this.conversation.encoding())
				.decodeToClient(frame, Vectors.peer(this.conversation.version()));
		}

		void send(Frame frame) {
			if (frame.isClose()) {
				this.socket.sendClose(1000, "Disposed");
			}
			else if (frame.body().isShortened()) {
				// too long to be kept: its length is what counts
				this.socket.sendText("x".repeat(frame.body().length()), true).join();
			}
			else if (this.conversation.encoding().isBinary()) {
				this.socket.sendBinary(ByteBuffer.wrap(frame.body().bytes()), true).join();
			}
			else {
				this.socket.sendText(new String(frame.body().bytes(), StandardCharsets.UTF_8), true).join();
			}
		}

		List<String> next(int count) throws InterruptedException {
			List<String> next = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				next.add(String.valueOf(this.heard.poll(10, TimeUnit.SECONDS)));
			}
			return next;
		}

		@Override
		public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
			return heard(webSocket, data.toString().getBytes(StandardCharsets.UTF_8), last);
		}

		@Override
		public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
			byte[] bytes = new byte[data.remaining()];
			data.get(bytes);
			return heard(webSocket, bytes, last);
		}

		private @Nullable CompletionStage<?> heard(WebSocket webSocket, byte[] bytes, boolean last) {
			this.part.writeBytes(bytes);
			if (last) {
				this.heard.add(meaning(decode(this.part.toByteArray())));
				this.part.reset();
			}
			webSocket.request(1);
			return null;
		}

		@Override
		public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
			this.heard.add("close " + statusCode + " " + reason);
			return null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = { SecurityAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class,
			ServletWebSecurityAutoConfiguration.class, ManagementWebSecurityAutoConfiguration.class })
	@Import(Counter.class)
	static class Application {

	}

	/**
	 * Does what the actor did whose server was captured.
	 */
	@Actor(name = "counter", actionTimeout = "2s")
	static class Counter {

		@State
		private int count;

		@OnBeforeConnect
		void check(@Nullable Map<String, Object> parameters) {
			if (parameters != null && parameters.containsKey("reject")) {
				throw new UserError("rejected_conn", "Rejected by test", Map.of("why", "test"));
			}
		}

		@ConnectionState
		Map<String, @Nullable Object> state(@Nullable Map<String, Object> parameters) {
			Map<String, @Nullable Object> state = new LinkedHashMap<>();
			state.put("params", parameters);
			return state;
		}

		@Action
		Map<String, @Nullable Object> whoami(Connection connection, ActorContext context) {
			Map<String, @Nullable Object> answer = new LinkedHashMap<>();
			answer.put("name", context.name());
			answer.put("params", connection.parameters(Map.class));
			answer.put("state", connection.state(Map.class));
			return answer;
		}

		@Action
		int increment(int amount, ActorContext context) {
			this.count += amount;
			context.broadcast("tick", this.count);
			return this.count;
		}

		@Action
		void emitSpecial(ActorContext context) {
			Map<String, Object> values = new LinkedHashMap<>();
			values.put("b", BigInteger.ONE);
			values.put("d", Instant.EPOCH);
			values.put("u", new byte[] { 1 });
			context.broadcast("special", values);
		}

		@Action
		void emitMulti(ActorContext context) {
			context.broadcast("multi", "a", 2, null);
		}

		@Action
		void emitNone(ActorContext context) {
			context.broadcast("tick");
		}

		@Action
		void retUndefined() {
		}

		@Action
		Map<String, @Nullable Object> retSpecial() {
			Map<String, @Nullable Object> values = new LinkedHashMap<>();
			values.put("bigint", BigInteger.valueOf(123));
			values.put("neg", BigInteger.valueOf(-5));
			values.put("big", new BigInteger("12345678901234567890123"));
			values.put("date", Instant.EPOCH);
			values.put("u8", new byte[] { 1, 2, 3 });
			values.put("nul", null);
			return values;
		}

		@Action
		void userErr() {
			Map<String, Object> metadata = new LinkedHashMap<>();
			metadata.put("field", "x");
			metadata.put("n", 1);
			metadata.put("d", Instant.EPOCH);
			throw new UserError("custom_code", "Custom failure", metadata);
		}

		@Action
		void userErrPlain() {
			throw new UserError("Plain failure");
		}

		@Action
		void intErr() {
			throw new IllegalStateException("This stays in the log");
		}

		@Action
		void slow(long millis) throws InterruptedException {
			Thread.sleep(millis);
		}

		@Action
		String echo1(String text) {
			return text;
		}

		@Action
		String big(int length) {
			return "x".repeat(length);
		}

		@Action
		String kick(@Nullable String reason, Connection connection) {
			connection.disconnect((reason != null) ? reason : "");
			return "ok";
		}

		@Action
		String kill(ActorContext context) {
			context.destroy();
			return "destroyed";
		}

	}

}
