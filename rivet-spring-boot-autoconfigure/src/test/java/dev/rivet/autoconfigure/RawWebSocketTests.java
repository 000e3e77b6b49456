package dev.rivet.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.ActorWebSocket;
import dev.rivet.actor.CanHibernate;
import dev.rivet.actor.Connection;
import dev.rivet.actor.ConnectionState;
import dev.rivet.actor.OnBeforeConnect;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.OnWebSocket;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.http.HttpRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@code @OnWebSocket}.
 */
@Timeout(60)
class RawWebSocketTests {

	private static final HttpClient http = HttpClient.newHttpClient();

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:rawsocket;DB_CLOSE_DELAY=-1",
						RunningApplication.WITHOUT_SECURITY, "rivet.max-outgoing-message-size=64KB"),
				Echo.class, Dozer.class, Chooser.class, Silent.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void textAndBytesGoBothWays() throws Exception {
		Client client = new Client("/gateway/echo/websocket/some/path?x=1&rvt-namespace=default&rvt-method=getOrCreate"
				+ "&rvt-runner=default&rvt-key=a&rvt-token=secret");
		assertThat(client.socket.getSubprotocol()).isEqualTo("rivet");
		assertThat(client.next()).isEqualTo("hello /some/path?x=1");
		client.socket.sendText("ü😀", true);
		assertThat(client.next()).isEqualTo("1: ü😀");
		client.socket.sendBinary(ByteBuffer.wrap(new byte[] { 1, 2, -1 }), true);
		assertThat(client.next()).isEqualTo("bytes [1, 2, -1]");
		client.socket.sendText("2 ", false);
		client.socket.sendText("parts", true);
		assertThat(client.next()).isEqualTo("2: 2 parts");
	}

	@Test
	void aSocketThatMayHibernateStaysOpenAndWakesTheActor() throws Exception {
		Client client = connect("dozer", "a", "/websocket");
		client.socket.sendText("x", true);
		assertThat(client.next()).isEqualTo("x 1");
		application.sleep(application.actor("dozer", "a"));
		client.socket.sendText("y", true);
		client.socket.sendText("z", true);
		assertThat(client.next()).isEqualTo("y 2");
		assertThat(client.next()).isEqualTo("z 3");
		assertThat(application.actor("dozer", "a").call(Integer.class, "opened")).isEqualTo(1);
	}

	@Test
	void theActorDecidesByTheRequestWhichSocketsMayHibernate() throws Exception {
		Client staying = connect("chooser", "a", "/websocket?stay=yes", "rivet_conn_params.%22patient%22");
		assertThat(staying.next()).isEqualTo("GET patient true");
		Client leaving = connect("chooser", "a", "/websocket");
		assertThat(leaving.next()).isEqualTo("GET null false");
		application.sleep(application.actor("chooser", "a"));
		assertThat(leaving.next()).isEqualTo("closed 1001 actor.stopped");
		staying.socket.sendText("x", true);
		assertThat(staying.next()).isEqualTo("GET patient true");
		assertThat(staying.next()).isEqualTo("x");
	}

	@Test
	void messagesKeepTheirOrder() throws Exception {
		Client client = greeted("order");
		for (int i = 1; i <= 500; i++) {
			client.socket.sendText("m" + i, true).join();
		}
		for (int i = 1; i <= 500; i++) {
			assertThat(client.next()).isEqualTo(i + ": m" + i);
		}
	}

	@Test
	void bytesMayFollowTextAtOnce() throws Exception {
		for (int i = 0; i < 100; i++) {
			Client client = greeted("mixed");
			client.socket.sendBinary(ByteBuffer.wrap(new byte[] { 1 }), true);
			assertThat(client.next()).isEqualTo("bytes [1]");
		}
	}

	@Test
	void halfACharacterSilencesNobody() throws Exception {
		Client client = greeted("half");
		client.socket.sendText("half", true);
		assertThat(client.next()).isEqualTo("half of ?");
		client.socket.sendText("whole", true);
		assertThat(client.next()).isEqualTo("1: whole");
	}

	@Test
	void theActorClosesWithItsOwnCode() throws Exception {
		Client client = greeted("b");
		client.socket.sendText("close", true);
		assertThat(client.next()).isEqualTo("closed 4001 custom reason");
		await()
			.until(() -> application.actor("echo", "b").call(String.class, "closes").equals("4001 custom reason;left"));
	}

	@RepeatedTest(20)
	void theActorHearsOfTheClientsClose(RepetitionInfo repetition) throws Exception {
		String key = "closed-" + repetition.getCurrentRepetition();
		Client client = greeted(key);
		client.socket.sendClose(4321, "bye");
		await().untilAsserted(() -> assertThat(application.actor("echo", key).call(String.class, "closes"))
			.isEqualTo("4321 bye;left"));
	}

	@Test
	void aListenerThatThrowsClosesTheSocket() throws Exception {
		Client refused = greeted("d");
		refused.socket.sendText("refuse", true);
		assertThat(refused.next()).isEqualTo("closed 1011 user.refused");
		Client crashed = greeted("d");
		crashed.socket.sendText("crash", true);
		assertThat(crashed.next()).isEqualTo("closed 1011 rivetkit.internal_error");
		assertThat(application.actor("echo", "d").call(int.class, "messages")).isZero();
	}

	@Test
	void whoMayNotConnectIsRefused() throws Exception {
		assertThat(connect("echo", "e", "/websocket", "rivet_conn_params.%22intruder%22").next())
			.isEqualTo("closed 1011 user.unwelcome");
	}

	@Test
	void withoutAHandlerTheSocketCloses() throws Exception {
		assertThat(connect("silent", "a", "/websocket").next()).isEqualTo("closed 1011 handler.websocket_not_defined");
	}

	@Test
	void anActorThatIsNotThereClosesTheSocket() throws Exception {
		assertThat(new Client("/gateway/missing/websocket").next()).isEqualTo("closed 1011 actor.not_found");
	}

	@Test
	void messagesHaveALimit() throws Exception {
		Client client = greeted("f");
		client.socket.sendText("x".repeat(65_537), true);
		assertThat(client.next()).isEqualTo("closed 1011 message.incoming_too_long");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "bytes" })
	void whatTheActorSendsHasALimit(String kind) throws Exception {
		Client client = greeted("g");
		client.socket.sendText(kind + " 65536", true);
		assertThat(client.next()).hasSizeGreaterThan(65_000);
		client.socket.sendText(kind + " 65537", true);
		assertThat(client.next()).isEqualTo("closed 1011 message.outgoing_too_long");
		await().until(() -> application.actor("echo", "g")
			.call(String.class, "closes")
			.endsWith("1011 message.outgoing_too_long;left"));
	}

	private static Client greeted(String key) throws Exception {
		Client client = connect("echo", key, "/websocket");
		assertThat(client.next()).isEqualTo("hello /");
		return client;
	}

	private static Client connect(String actor, String key, String path, String... protocols) {
		return new Client("/gateway/" + application.actor(actor, key).resolve() + path, protocols);
	}

	/**
	 * A client that keeps what it hears.
	 */
	private static final class Client implements WebSocket.Listener {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		private final StringBuilder text = new StringBuilder();

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private final WebSocket socket;

		Client(String path, String... protocols) {
			this.socket = http.newWebSocketBuilder()
				.subprotocols("rivet", protocols)
				.buildAsync(
						URI.create("ws://localhost:%s/api/rivet%s"
							.formatted(application.context().getEnvironment().getProperty("local.server.port"), path)),
						this)
				.join();
		}

		String next() throws InterruptedException {
			return String.valueOf(this.heard.poll(20, TimeUnit.SECONDS));
		}

		@Override
		public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
			this.text.append(data);
			if (last) {
				this.heard.add(this.text.toString());
				this.text.setLength(0);
			}
			webSocket.request(1);
			return null;
		}

		@Override
		public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
			byte[] part = new byte[data.remaining()];
			data.get(part);
			this.bytes.writeBytes(part);
			if (last) {
				this.heard.add("bytes " + Arrays.toString(this.bytes.toByteArray()));
				this.bytes.reset();
			}
			webSocket.request(1);
			return null;
		}

		@Override
		public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
			this.heard.add("closed " + statusCode + " " + reason);
			return null;
		}

	}

	@Actor("dozer")
	static class Dozer {

		@State
		private int messages;

		private int opened;

		@OnWebSocket(hibernatable = true)
		void open(ActorWebSocket socket) {
			this.opened++;
			socket.onText((text) -> socket.send(text + " " + ++this.messages));
		}

		@Action
		int opened() {
			return this.opened;
		}

	}

	@Actor("chooser")
	static class Chooser {

		@CanHibernate
		boolean mayHibernate(HttpRequest request) {
			return "stay=yes".equals(request.getURI().getQuery())
					&& "13".equals(request.getHeaders().getFirst("Sec-WebSocket-Version"));
		}

		@OnWebSocket
		void open(ActorWebSocket socket, @Nullable String who, Connection connection, HttpRequest request) {
			socket.send(request.getMethod() + " " + who + " " + connection.isHibernatable());
			socket.onText(socket::send);
		}

	}

	@Actor("echo")
	static class Echo {

		@State
		private int messages;

		@State
		private String closes = "";

		@OnBeforeConnect
		void check(@Nullable String who) {
			if ("intruder".equals(who)) {
				throw new UserError("unwelcome", "Stay out");
			}
		}

		@ConnectionState
		Tally tally() {
			return new Tally();
		}

		@OnDisconnect
		void left(Connection connection) {
			if (connection.state(Tally.class).ofSocket) {
				this.closes += ";left";
			}
		}

		@OnWebSocket
		void open(ActorWebSocket socket, Connection connection, ActorContext context) {
			connection.state(Tally.class).ofSocket = true;
			socket.send("hello " + socket.path());
			socket.onText((text) -> {
				this.messages++;
				switch (text) {
					case "half" -> socket.send("half of \ud83d");
					case "close" -> socket.close(4001, "custom reason");
					case "refuse" -> throw new UserError("refused", "No");
					case "crash" -> throw new IllegalStateException("secret");
					case "text 65536" -> socket.send("ü" + "x".repeat(65_534));
					case "text 65537" -> socket.send("ü" + "x".repeat(65_535));
					case "bytes 65536" -> socket.send(new byte[65_536]);
					case "bytes 65537" -> socket.send(new byte[65_537]);
					default -> socket.send(++connection.state(Tally.class).count + ": " + text);
				}
			});
			socket.onBinary(socket::send);
			socket.onClose((code, reason) -> this.closes += code + " " + reason);
		}

		@Action
		int messages() {
			return this.messages;
		}

		@Action
		String closes() {
			return this.closes;
		}

	}

	/**
	 * How many messages have come over a socket.
	 */
	static final class Tally {

		public int count;

		public boolean ofSocket;

	}

	@Actor("silent")
	static class Silent {

	}

}
