package dev.rivet.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.ActorWebSocket;
import dev.rivet.actor.OnBeforeConnect;
import dev.rivet.actor.OnConnect;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.OnWebSocket;
import dev.rivet.client.ActorHandle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.WebApplicationType;
import org.springframework.http.HttpRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for clients of connections that are slow, lost or hostile.
 */
@Timeout(60)
class ConnectionSocketTests {

	private static final String SUBSCRIBE = """
			{"body":{"tag":"SubscriptionRequest","val":{"eventName":"tick","subscribe":true}}}""";

	private static final String PING = """
			{"body":{"tag":"ActionRequest","val":{"id":["$BigInt","1"],"name":"ping","args":[]}}}""";

	private static final int RECEIVE_BUFFER = 100 * 1024;

	private static RunningApplication application;

	private static int port;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:sockets;DB_CLOSE_DELAY=-1",
						RunningApplication.WITHOUT_SECURITY, "rivet.websocket.ping-interval=2s",
						"rivet.websocket.send-buffer-size=256KB", "rivet.max-outgoing-message-size=64KB",
						"rivet.websocket.receive-buffer-size=" + RECEIVE_BUFFER + "B"),
				Ticker.class, Witness.class, Hall.class, Busy.class);
		port = Integer.parseInt(application.context().getEnvironment().getRequiredProperty("local.server.port"));
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void aClientThatDoesNotReadIsDisconnectedAndHoldsUpNobody() throws Exception {
		PlainSocket deaf = connect("slow");
		deaf.text(SUBSCRIBE);
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		PlainSocket listening = connect("slow");
		listening.text(SUBSCRIBE);
		listening.text(PING);
		Thread reader = new Thread(() -> {
			try {
				while (true) {
					heard.add(listening.read());
				}
			}
			catch (IOException ex) {
				// the end of the test
			}
		});
		reader.start();
		assertThat(heard.poll(10, TimeUnit.SECONDS)).contains("ActionResponse");
		String payload = "x".repeat(20_000);
		int sent = 0;
		while (present("slow") == 2) {
			assertThat(++sent).as("events without a disconnect").isLessThan(5_000);
			application.actor("ticker", "slow").call(Void.class, "tick", sent, payload);
			// a client that reads is not too slow
			assertThat(heard.poll(10, TimeUnit.SECONDS)).contains("\"args\":[" + sent + ",");
		}
		assertThat(present("slow")).isOne();
		listening.close();
		deaf.close();
	}

	@Test
	void aClientThatIsLostIsFound() throws Exception {
		PlainSocket lost = connect("lost");
		assertThat(present("lost")).isOne();
		await().atMost(Duration.ofSeconds(30)).until(() -> present("lost") == 0);
		assertThat(lost.read()).startsWith("close ");
		lost.close();
	}

	@Test
	void aClientThatDropsTheConnectionHasLeft() throws Exception {
		PlainSocket dropped = connect("dropped");
		assertThat(present("dropped")).isOne();
		dropped.reset();
		await().until(() -> present("dropped") == 0);
	}

	@Test
	void aClientThatIsGoneBeforeItIsConnectedHasLeft() throws Exception {
		String path = path("hall", "hasty");
		IntStream.range(0, 4000).parallel().forEach((i) -> {
			try {
				PlainSocket.request(port, path, "rivet, rivet_encoding.json").close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
		try (PlainSocket last = open("hall", "hasty", "json")) {
			assertThat(last.read()).contains("\"tag\":\"Init\"");
			await().until(() -> application.actor("hall", "hasty").call(int.class, "connections") == 1);
		}
	}

	@Test
	void whatIsNoMessageClosesTheSocket() throws Exception {
		for (String nonsense : List.of("", "{", "[]", "null", "{\"body\":{}}", "{\"body\":{\"tag\":\"Init\"}}",
				"{\"body\":{\"tag\":\"ActionRequest\",\"val\":{\"id\":1,\"name\":[],\"args\":{}}}}")) {
			try (PlainSocket socket = connect("hostile")) {
				socket.text(nonsense);
				assertThat(socket.read()).as(nonsense).isEqualTo("close 1011 message.malformed");
			}
		}
		try (PlainSocket socket = connect("hostile")) {
			socket.binary(new byte[] { 1, 2, 3 });
			assertThat(socket.read()).isEqualTo("close 1011 message.malformed");
		}
		await().until(() -> present("hostile") == 0);
	}

	@Test
	void anEventMayBeAsLongAsAnAnswer() throws Exception {
		int empty = "{\"body\":{\"tag\":\"Event\",\"val\":{\"name\":\"tick\",\"args\":[1,\"\"]}}}".length();
		ActorHandle ticker = application.actor("ticker", "long");
		try (PlainSocket socket = connect("long"); PlainSocket binary = open("ticker", "long", "cbor")) {
			socket.text(SUBSCRIBE);
			socket.text(PING);
			assertThat(socket.read()).contains("ActionResponse");
			assertThat(binary.read()).isNotEmpty();
			String longest = "ü" + "x".repeat(65_536 - empty - 2);
			ticker.call(Void.class, "tick", 1, longest);
			assertThat(socket.read()).hasSize(65_535).contains(longest);
			ticker.call(Void.class, "tick", 1, longest + "x");
			assertThat(socket.read()).isEqualTo("close 1011 message.outgoing_too_long");
			await().until(() -> present("long") == 1);
		}
	}

	@Test
	void hooksSeeTheRequestThatOpenedTheSocket() throws Exception {
		ActorHandle witness = application.actor("witness", "a");
		try (PlainSocket socket = open("witness", "a", "json")) {
			assertThat(socket.read()).contains("\"tag\":\"Init\"");
		}
		String request = " GET /api/rivet/gateway/witness/connect 13";
		await().untilAsserted(() -> assertThat(witness.call(List.class, "seen"))
			.isEqualTo(List.of("before" + request, "connect" + request, "disconnect" + request)));
	}

	@Test
	void anUnknownEncodingIsRefusedOverTheOpenSocket() throws Exception {
		try (PlainSocket socket = PlainSocket.open(port, path("ticker", "hostile"), "rivet, rivet_encoding.xml")) {
			assertThat(socket.read()).contains("\"group\":\"encoding\",\"code\":\"invalid\"");
			assertThat(socket.read()).isEqualTo("close 1011 encoding.invalid");
		}
	}

	@Test
	void noFrameHarmsTheServer() throws Exception {
		Random random = new Random(42);
		byte[] seed = PING.getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < 300; i++) {
			String encoding = List.of("json", "cbor", "bare").get(i % 3);
			byte[] frame = (i % 2 == 0) ? new byte[random.nextInt(200)] : seed.clone();
			if (i % 2 == 0) {
				random.nextBytes(frame);
			}
			else {
				for (int j = 0; j < 3; j++) {
					frame[random.nextInt(frame.length)] = (byte) (32 + random.nextInt(90));
				}
			}
			try (PlainSocket socket = PlainSocket.open(port, path("ticker", "fuzzed"),
					"rivet, rivet_encoding." + encoding)) {
				assertThat(socket.read()).isNotEmpty();
				if (encoding.equals("json")) {
					socket.text(new String(frame, StandardCharsets.ISO_8859_1));
				}
				else {
					socket.binary(frame);
				}
			}
		}
		await().until(() -> present("fuzzed") == 0);
		try (PlainSocket socket = connect("fuzzed")) {
			socket.text(PING);
			assertThat(socket.read()).contains("ActionResponse");
		}
	}

	@Test
	void whatCannotBeSentIsAnErrorAndMutesNobody() throws Exception {
		try (PlainSocket socket = connect("deep")) {
			socket.text(SUBSCRIBE);
			socket.text(PING.replace("ping", "deepResult"));
			assertThat(socket.read()).contains("internal_error");
			socket.text(PING.replace("ping", "deepEvent"));
			assertThat(socket.read()).contains("ction");
			socket.text(PING);
			assertThat(socket.read()).contains("ActionResponse");
		}
	}

	@Test
	void callsThatWaitForABusyActorAreBounded() throws Exception {
		try (PlainSocket socket = open("busy", "calls", "json")) {
			assertThat(socket.read()).contains("\"tag\":\"Init\"");
			// an empty list of arguments counts for 80 bytes
			int fit = RECEIVE_BUFFER / (512 + 80);
			for (int round = 0; round < 2; round++) {
				CompletableFuture<Void> held = hold("calls");
				for (int i = 0; i < fit + 50; i++) {
					socket.text(PING);
				}
				for (int i = 0; i < 50; i++) {
					assertThat(socket.read()).contains("\"group\":\"actor\"").contains("\"code\":\"overloaded\"");
				}
				release(held);
				for (int i = 0; i < fit; i++) {
					assertThat(socket.read()).contains("ActionResponse");
				}
			}
		}
	}

	@Test
	void messagesOfARawSocketThatWaitForABusyActorAreBounded() throws Exception {
		try (PlainSocket socket = PlainSocket.open(port, path("busy", "messages").replace("/connect?", "/websocket?"),
				"rivet")) {
			socket.text("1234");
			assertThat(socket.read()).isEqualTo("1234");
			int fit = RECEIVE_BUFFER / (512 + 4);
			for (int round = 0; round < 2; round++) {
				CompletableFuture<Void> held = hold("messages");
				for (int i = 0; i < fit; i++) {
					socket.text("%04d".formatted(i));
				}
				release(held);
				for (int i = 0; i < fit; i++) {
					assertThat(socket.read()).isEqualTo("%04d".formatted(i));
				}
			}
			CompletableFuture<Void> held = hold("messages");
			for (int i = 0; i <= fit; i++) {
				socket.text("1234");
			}
			assertThat(socket.read()).isEqualTo("close 1011 actor.overloaded");
			release(held);
		}
	}

	/**
	 * Lets an actor be busy until it is released.
	 */
	private static CompletableFuture<Void> hold(String key) throws InterruptedException {
		CompletableFuture<Void> held = application.actor("busy", key).callAsync(Void.class, "hold");
		Busy.busy.acquire();
		return held;
	}

	private static void release(CompletableFuture<Void> held) {
		Busy.released.release();
		held.join();
	}

	private static PlainSocket open(String actor, String key, String encoding) throws IOException {
		return PlainSocket.open(port, path(actor, key), "rivet, rivet_encoding." + encoding);
	}

	private static PlainSocket connect(String key) throws IOException {
		PlainSocket socket = open("ticker", key, "json");
		assertThat(socket.read()).contains("\"tag\":\"Init\"");
		return socket;
	}

	private static String path(String actor, String key) {
		return "/api/rivet/gateway/%s/connect?rvt-namespace=default&rvt-method=getOrCreate&rvt-runner=default&rvt-key=%s"
			.formatted(actor, key);
	}

	private static int present(String key) {
		return application.actor("ticker", key).call(int.class, "present");
	}

	@Actor("ticker")
	static class Ticker {

		private int present;

		@OnConnect
		void joined() {
			this.present++;
		}

		@OnDisconnect
		void left() {
			this.present--;
		}

		/**
		 * Counts without the connection of the call itself.
		 */
		@Action
		int present() {
			return this.present - 1;
		}

		@Action
		void tick(int number, String payload, ActorContext context) {
			context.broadcast("tick", number, payload);
		}

		@Action
		Object deepResult() {
			return deep();
		}

		@Action
		void deepEvent(ActorContext context) {
			context.broadcast("tick", deep());
		}

		/**
		 * Deeper than what may be encoded.
		 */
		private static Object deep() {
			Object value = "x";
			for (int i = 0; i < 700; i++) {
				value = List.of(value);
			}
			return value;
		}

		@Action
		void ping() {
		}

	}

	@Actor("busy")
	static class Busy {

		private static final Semaphore busy = new Semaphore(0);

		private static final Semaphore released = new Semaphore(0);

		@Action
		void hold() throws InterruptedException {
			busy.release();
			released.acquire();
		}

		@Action
		void ping() {
		}

		@OnWebSocket
		void open(ActorWebSocket socket) {
			socket.onText(socket::send);
		}

	}

	@Actor("hall")
	static class Hall {

		@Action
		int connections(ActorContext context) {
			return context.connections().size();
		}

	}

	@Actor("witness")
	static class Witness {

		private final List<String> seen = new ArrayList<>();

		@OnBeforeConnect
		void before(@Nullable HttpRequest request, ActorContext context) {
			// time enough for the server to be done with the request
			context.delay(Duration.ofMillis(100));
			see("before", request);
		}

		@OnConnect
		void connected(@Nullable HttpRequest request) {
			see("connect", request);
		}

		@OnDisconnect
		void disconnected(@Nullable HttpRequest request) {
			see("disconnect", request);
		}

		private void see(String hook, @Nullable HttpRequest request) {
			if (request != null) {
				this.seen.add("%s %s %s %s".formatted(hook, request.getMethod(), request.getURI().getPath(),
						request.getHeaders().getFirst("Sec-WebSocket-Version")));
			}
		}

		@Action
		List<String> seen() {
			return this.seen;
		}

	}

}
