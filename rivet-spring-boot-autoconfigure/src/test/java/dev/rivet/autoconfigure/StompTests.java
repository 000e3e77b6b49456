package dev.rivet.autoconfigure;

import java.lang.reflect.Type;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.CanPublish;
import dev.rivet.actor.CanSubscribe;
import dev.rivet.actor.Connection;
import dev.rivet.actor.OnBeforeConnect;
import dev.rivet.actor.OnConnect;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.Queue;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import dev.rivet.client.ActorHandle;
import jakarta.validation.constraints.NotEmpty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.converter.JacksonJsonMessageConverter;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.messaging.simp.broker.SimpleBrokerMessageHandler;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.messaging.simp.stomp.StompFrameHandler;
import org.springframework.messaging.simp.stomp.StompHeaders;
import org.springframework.messaging.simp.stomp.StompSession;
import org.springframework.messaging.simp.stomp.StompSessionHandlerAdapter;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Controller;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.client.standard.StandardWebSocketClient;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.messaging.SubProtocolWebSocketHandler;
import org.springframework.web.socket.messaging.WebSocketStompClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for actors over STOMP with Spring's client, beside an application's own broker.
 */
@Timeout(60)
class StompTests {

	private static final int EVENTS = 10_000;

	private static final List<String> log = new CopyOnWriteArrayList<>();

	private static final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

	private static final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();

	private static final WebSocketStompClient stomp = new WebSocketStompClient(new StandardWebSocketClient());

	private static RunningApplication application;

	private final List<Client> clients = new CopyOnWriteArrayList<>();

	@BeforeAll
	static void start() {
		application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:stomp;DB_CLOSE_DELAY=-1",
						"rivet.cors.allowed-origins=https://app.example.org", "rivet.websocket.receive-buffer-size=1MB",
						"rivet.websocket.node-receive-buffer-size=5MB", "spring.security.user.name=ann",
						"spring.security.user.password=secret"),
				OwnBroker.class, Greetings.class, Security.class, Room.class);
		scheduler.initialize();
		stomp.setTaskScheduler(scheduler);
		stomp.setInboundMessageSizeLimit(1024 * 1024);
		stomp.setMessageConverter(new JacksonJsonMessageConverter());
	}

	@AfterAll
	static void stop() {
		scheduler.shutdown();
		application.close();
	}

	@AfterEach
	void disconnect() {
		this.clients.stream().filter((client) -> client.session.isConnected()).forEach(Client::disconnect);
	}

	@Test
	void subscribersGetTheEventsOfTheirActorOnly() {
		Client client = connect();
		Subscription here = client.subscribe("/actor/room/events/here/event/said");
		Subscription there = client.subscribe("/actor/room/events/there/event/said");
		Subscription other = client.subscribe("/actor/room/events/here/event/other");
		client.call("/actor/room/events/there/action/say", "there");
		client.call("/actor/room/events/here/action/say", "here");
		Message message = here.next();
		assertThat(message.body()).isEqualTo(json("[\"here\"]"));
		assertThat(message.headers().getDestination()).isEqualTo("/actor/room/events/here/event/said");
		assertThat(message.headers().getContentType()).hasToString("application/json");
		assertThat(message.headers().getMessageId()).isNotEmpty();
		assertThat(there.next().body()).isEqualTo(json("[\"there\"]"));
		client.call("/actor/room/events/here/action/nothing");
		assertThat(here.messages).isEmpty();
		assertThat(there.messages).isEmpty();
		assertThat(other.messages).isEmpty();
	}

	@Test
	void severalSubscriptionsToAnEventGetItEach() {
		Client client = connect();
		Subscription first = client.subscribe("/actor/room/twice/event/said");
		Subscription second = client.subscribe("/actor/room/twice/event/said");
		client.call("/actor/room/twice/action/say", "both");
		assertThat(first.next().body()).isEqualTo(json("[\"both\"]"));
		assertThat(second.next().body()).isEqualTo(json("[\"both\"]"));
		first.unsubscribe();
		client.call("/actor/room/twice/action/say", "one");
		assertThat(second.next().body()).isEqualTo(json("[\"one\"]"));
		client.call("/actor/room/twice/action/nothing");
		assertThat(first.messages).isEmpty();
	}

	@Test
	void callsAreAnsweredWithTheirCorrelationId() {
		Client client = connect();
		StompHeaders headers = new StompHeaders();
		headers.setDestination("/actor/room/calls/action/say");
		headers.set("reply-to", "/reply/mine");
		headers.set("correlation-id", "seven");
		Subscription replies = client.subscribe("/reply/mine");
		client.send(headers, "a");
		Message reply = replies.next();
		assertThat(reply.body()).isEqualTo(json("1"));
		assertThat(reply.headers().getFirst("correlation-id")).isEqualTo("seven");
		assertThat(reply.headers().getDestination()).isEqualTo("/reply/mine");
		client.send(headers, "b", "c");
		Message error = replies.next();
		assertError(error, "user", "invalid_arguments");
		assertThat(error.headers().getFirst("correlation-id")).isEqualTo("seven");
	}

	@Test
	void aReceiptTellsThatACallSucceeded() {
		Client client = connect();
		StompHeaders headers = new StompHeaders();
		headers.setDestination("/actor/room/receipt/action/say");
		headers.setReceipt("said");
		CompletableFuture<StompHeaders> receipt = new CompletableFuture<>();
		client.send(headers, "a").addReceiptTask(receipt::complete);
		assertThat(receipt.orTimeout(10, TimeUnit.SECONDS).join().getReceiptId()).isEqualTo("said");
		assertThat(application.actor("room", "receipt").call(Integer.class, "say", "b")).isEqualTo(2);
	}

	@Test
	void callsOfOneSessionAreDoneInOrder() {
		Client client = connect();
		Subscription replies = client.subscribe("/reply/order");
		StompHeaders headers = new StompHeaders();
		headers.setDestination("/actor/room/order/action/say");
		headers.set("reply-to", "/reply/order");
		IntStream.range(0, 500).forEach((i) -> client.send(headers, "x"));
		for (int i = 1; i <= 500; i++) {
			assertThat(replies.next().body().intValue()).isEqualTo(i);
		}
	}

	@Test
	void errorsOfActionsAreReplied() {
		Client client = connect();
		Message error = client.request("/actor/room/errors/action/fail", "teapot");
		assertError(error, "user", "teapot");
		assertThat(error.body().get("message").stringValue()).isEqualTo("I am a teapot");
		assertThat(error.body().get("metadata")).isEqualTo(json("{\"cups\":2}"));
		assertError(client.request("/actor/room/errors/action/missing"), "action", "not_found");
		assertError(client.request("/actor/nobody/errors/action/fail"), "actor", "unknown_name");
		assertError(client.request("/actor/room/errors/event/said"), "destination", "invalid");
		assertError(client.request("/actor/room"), "destination", "invalid");
		StompHeaders headers = new StompHeaders();
		headers.setDestination("/actor/room/errors/action/say");
		assertError(client.request(headers, Map.of("no", "array")), "message", "malformed");
		assertThat(client.request("/actor/room/errors/action/say", "still alive").body()).isEqualTo(json("1"));
	}

	@Test
	void messagesGoToTheQueue() {
		Client client = connect();
		StompHeaders headers = new StompHeaders();
		headers.setDestination("/actor/room/queues/queue/work");
		headers.set("wait", "true");
		assertThat(client.request(headers, 21).body()).isEqualTo(json("{\"status\":\"completed\",\"response\":42}"));
		StompHeaders unheard = new StompHeaders();
		unheard.setDestination("/actor/room/queues/queue/unheard");
		unheard.set("wait", "true");
		unheard.set("timeout", "20");
		assertThat(client.request(unheard, "x").body()).isEqualTo(json("{\"status\":\"timedOut\"}"));
		StompHeaders plain = new StompHeaders();
		plain.setDestination("/actor/room/queues/queue/unheard");
		assertThat(client.request(plain, "y").body()).isEqualTo(json("{\"status\":\"completed\"}"));
	}

	@Test
	void messagesOfOneSessionThatWaitAreBounded() {
		Client client = connect();
		StompHeaders waiting = new StompHeaders();
		waiting.setDestination("/actor/room/bounded/queue/unheard");
		waiting.set("wait", "true");
		for (int i = 0; i < 17; i++) {
			client.send(waiting, "x".repeat(60_000));
		}
		assertError(client.request(waiting, "x".repeat(60_000)), "actor", "overloaded");
		StompHeaders small = new StompHeaders();
		small.setDestination("/actor/room/bounded/queue/unheard");
		assertThat(client.request(small, "x").body()).isEqualTo(json("{\"status\":\"completed\"}"));
		assertThat(connect().request(small, "x".repeat(60_000)).body()).isEqualTo(json("{\"status\":\"completed\"}"));
	}

	@Test
	void callsOfOneSessionThatWaitAreBounded() {
		connect().send("/actor/room/full/action/waitFor", "full");
		await().until(() -> gates.containsKey("full"));
		Client client = connect();
		StompHeaders known = new StompHeaders();
		known.setDestination("/actor/room/full/action/say");
		known.set("correlation-id", "x".repeat(60_000));
		for (int i = 0; i < 8; i++) {
			client.send("/actor/room/full/action/say", "x".repeat(60_000));
			client.send(known, "x");
		}
		client.send(known, "x");
		assertError(client.request("/actor/room/full/action/say", "x".repeat(60_000)), "actor", "overloaded");
		gates.get("full").countDown();
		assertThat(client.call("/actor/room/full/action/say", "x")).isEqualTo(json("18"));
		assertThat(client.call("/actor/room/full/action/say", "x".repeat(60_000))).isEqualTo(json("19"));
	}

	@Test
	void whatASessionHasLeftDoesNotCountForEver() {
		Client other = connect();
		for (int i = 1; i <= 6; i++) {
			String gate = "left-" + i;
			Client leaving = connect();
			leaving.send("/actor/room/left/action/waitFor", gate);
			for (int call = 0; call < 16; call++) {
				leaving.send("/actor/room/left/action/say", "x".repeat(60_000));
			}
			leaving.disconnect();
			await().until(() -> gates.containsKey(gate));
			other.call("/actor/room/beside/action/nothing");
			gates.get(gate).countDown();
			JsonNode said = json(String.valueOf(16 * i));
			await().untilAsserted(() -> assertThat(other.call("/actor/room/left/action/count", 0, 0)).isEqualTo(said));
		}
	}

	@Test
	void errorsOfMessagesAreReplied() {
		Client client = connect();
		StompHeaders closed = new StompHeaders();
		closed.setDestination("/actor/room/queues/queue/closed");
		assertError(client.request(closed, 1), "auth", "forbidden");
		StompHeaders strict = new StompHeaders();
		strict.setDestination("/actor/room/queues/queue/orders");
		assertError(client.request(strict, Map.of("dish", "")), "queue", "invalid_payload");
		StompHeaders impatient = new StompHeaders();
		impatient.setDestination("/actor/room/queues/queue/work");
		impatient.set("timeout", "soon");
		assertError(client.request(impatient, 1), "request", "invalid");
		StompHeaders missing = new StompHeaders();
		missing.setDestination("/actor/room/no-queues/queue/work");
		missing.set("create", "false");
		assertError(client.request(missing, 1), "actor", "not_found");
	}

	@Test
	void longCallsAreTakenUpToTheLimit() {
		Client client = connect();
		assertThat(client.request("/actor/room/long/action/say", "ü".repeat(30_000)).body()).isEqualTo(json("1"));
		assertError(client.request("/actor/room/long/action/say", "x".repeat(70_000)), "message", "incoming_too_long");
	}

	@Test
	void hooksRunAsForAnyConnection() {
		Client client = connect();
		StompHeaders subscribe = new StompHeaders();
		subscribe.setDestination("/actor/room/hooks/event/said");
		subscribe.set("params", "{\"user\":\"ann\"}");
		Subscription said = client.subscribe(subscribe);
		assertThat(log).contains("hooks: before ann GET", "hooks: connect ann");
		Subscription again = client.subscribe("/actor/room/hooks/event/again");
		assertThat(client.call("/actor/room/hooks/action/who")).isEqualTo(json("\"ann\""));
		assertThat(log).filteredOn("hooks: connect ann"::equals).hasSize(1);
		said.unsubscribe();
		client.call("/actor/room/hooks/action/nothing");
		assertThat(log).doesNotContain("hooks: disconnect ann");
		again.unsubscribe();
		await().untilAsserted(() -> assertThat(log).contains("hooks: disconnect ann"));
	}

	@Test
	void whoComesBackHasLeftBefore() {
		Client client = connect();
		StompHeaders subscribe = new StompHeaders();
		subscribe.setDestination("/actor/room/back/event/said");
		subscribe.set("params", "{\"user\":\"ann\"}");
		List<String> expected = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			client.subscribe(subscribe).unsubscribe();
			expected.addAll(List.of("back: before ann GET", "back: connect ann", "back: disconnect ann"));
		}
		await().untilAsserted(() -> assertThat(log).filteredOn((line) -> line.startsWith("back:")).isEqualTo(expected));
	}

	@Test
	void aConnectionThatIsRefusedIsAnErrorOfItsSubscription() {
		Client client = connect();
		StompHeaders subscribe = new StompHeaders();
		subscribe.setDestination("/actor/room/banned/event/said");
		subscribe.set("params", "{\"user\":\"banned\"}");
		assertError(client.subscribeUnanswered(subscribe).next(), "user", "banned");
		subscribe.set("params", "{\"user\":\"ann\"}");
		client.subscribe(subscribe);
		assertThat(client.call("/actor/room/banned/action/who")).isEqualTo(json("\"ann\""));
	}

	@Test
	void anEventThatIsTooLongEndsTheSubscriptionsToItsActor() {
		Client client = connect();
		Subscription said = client.subscribe("/actor/room/written/event/said");
		Subscription other = client.subscribe("/actor/room/short/event/said");
		ActorHandle room = application.actor("room", "written");
		room.call(int.class, "say", "x".repeat(1_048_576));
		assertError(said.next(), "message", "outgoing_too_long");
		client.call("/actor/room/short/action/say", "hello");
		assertThat(other.next().body()).isEqualTo(json("[\"hello\"]"));
	}

	@Test
	void aSubscriptionThatIsRefusedLeavesTheSessionAlive() {
		Client client = connect();
		Subscription secret = client.subscribeUnanswered("/actor/room/secret/event/secret");
		assertError(secret.next(), "auth", "forbidden");
		Subscription said = client.subscribe("/actor/room/secret/event/said");
		client.call("/actor/room/secret/action/emit", "secret");
		client.call("/actor/room/secret/action/say", "public");
		assertThat(said.next().body()).isEqualTo(json("[\"public\"]"));
		assertThat(secret.messages).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/actor/room/*/event/said", "/actor/room/**/event/said", "/actor/room/leak/event/*",
			"/actor/*/leak/event/said", "/actor/room/l?ak/event/said", "/actor/room/{key}/event/said", "/**", "*" })
	void patternsAreRefused(String pattern) {
		Client client = connect();
		Subscription leak = client.subscribeUnanswered(pattern);
		assertError(leak.next(), "destination", "invalid");
		Subscription said = client.subscribe("/actor/room/leak/event/said");
		client.call("/actor/room/leak/action/say", "mine");
		assertThat(said.next().body()).isEqualTo(json("[\"mine\"]"));
		assertThat(leak.messages).isEmpty();
	}

	@Test
	void anEncodedPatternIsAName() {
		Client client = connect();
		Subscription star = client.subscribe("/actor/room/%2A/event/%2A");
		Subscription said = client.subscribe("/actor/room/a/event/said");
		client.call("/actor/room/a/action/say", "a");
		assertThat(said.next().body()).isEqualTo(json("[\"a\"]"));
		client.call("/actor/room/%2A/action/emit", "*");
		assertThat(star.next().body()).isEqualTo(json("[]"));
		assertThat(star.messages).isEmpty();
	}

	@Test
	void keysAreWhatTheClientsMean() {
		Client client = connect();
		assertThat(client.call("/actor/room/action/key")).isEqualTo(json("[]"));
		assertThat(client.call("/actor/room//action/key")).isEqualTo(json("[\"\"]"));
		assertThat(client.call("/actor/room/a/b/action/key")).isEqualTo(json("[\"a\",\"b\"]"));
		assertThat(client.call("/actor/room/a%2Fb/action/key")).isEqualTo(json("[\"a/b\"]"));
		assertThat(client.call("/actor/room/event/action/action/key")).isEqualTo(json("[\"event\",\"action\"]"));
		assertThat(client.call("/actor/room/Zo%C3%AB/a b:c/action/key")).isEqualTo(json("[\"Zoë\",\"a b:c\"]"));
		assertError(client.request("/actor/room/%zz/action/key"), "destination", "invalid");
		assertError(client.request("/actor/room/" + "x".repeat(129) + "/action/key"), "request", "invalid");
	}

	@Test
	void actorsAreCreatedUnlessTheClientObjects() {
		Client client = connect();
		StompHeaders headers = new StompHeaders();
		headers.setDestination("/actor/room/created/action/key");
		headers.set("create", "false");
		assertError(client.request(headers, new Object[0]), "actor", "not_found");
		client.call("/actor/room/created/action/key");
		assertThat(client.request(headers, new Object[0]).body()).isEqualTo(json("[\"created\"]"));
		String id = application.actor("room", "created").resolve();
		assertThat(client.call("/actor-id/" + id + "/action/key")).isEqualTo(json("[\"created\"]"));
		assertError(client.request("/actor-id/none/action/key"), "actor", "not_found");
	}

	@Test
	void parametersComeFromTheConnectFrameUnlessGiven() {
		StompHeaders connect = new StompHeaders();
		connect.set("params", "{\"user\":\"ann\"}");
		Client client = connect(connect);
		assertThat(client.call("/actor/room/parameters/1/action/who")).isEqualTo(json("\"ann\""));
		StompHeaders headers = new StompHeaders();
		headers.setDestination("/actor/room/parameters/2/action/who");
		headers.set("params", "{\"user\":\"bob\"}");
		assertThat(client.request(headers, new Object[0]).body()).isEqualTo(json("\"bob\""));
		assertThat(client.call("/actor/room/parameters/2/action/who")).isEqualTo(json("\"bob\""));
		headers.set("params", "{ \"user\" : \"bob\" }");
		assertThat(client.request(headers, new Object[0]).body()).isEqualTo(json("\"bob\""));
	}

	@Test
	void otherParametersForAnOpenConnectionAreAnError() {
		Client client = connect();
		StompHeaders headers = new StompHeaders();
		headers.setDestination("/actor/room/conflict/event/said");
		headers.set("params", "{\"user\":\"ann\"}");
		Subscription said = client.subscribe(headers);
		headers.set("params", "{\"user\":\"bob\"}");
		assertError(client.subscribeUnanswered(headers).next(), "params", "conflict");
		headers.setDestination("/actor/room/conflict/action/who");
		assertError(client.request(headers, new Object[0]), "params", "conflict");
		headers.set("params", "{");
		assertError(client.request(headers, new Object[0]), "params", "invalid");
		assertThat(client.call("/actor/room/conflict/action/who")).isEqualTo(json("\"ann\""));
		said.unsubscribe();
		headers.set("params", "{\"user\":\"bob\"}");
		assertThat(client.request(headers, new Object[0]).body()).isEqualTo(json("\"bob\""));
	}

	@Test
	void aSessionThatEndsDisconnects() {
		StompHeaders connect = new StompHeaders();
		connect.set("params", "{\"user\":\"leaver\"}");
		Client client = connect(connect);
		client.subscribe("/actor/room/leave/subscribed/event/said");
		client.call("/actor/room/leave/called/action/nothing");
		assertThat(log).contains("leave/subscribed: connect leaver", "leave/called: connect leaver");
		client.disconnect();
		await().untilAsserted(() -> assertThat(log).contains("leave/subscribed: disconnect leaver",
				"leave/called: disconnect leaver"));
	}

	@Test
	void aSocketThatDropsDisconnects() {
		WebSocket socket = open(application, new WebSocket.Listener() {
		});
		socket.sendText("CONNECT\naccept-version:1.2\nhost:x\nparams:{\"user\":\"dropped\"}\n\n\0", true).join();
		// a frame in several parts
		socket.sendText("SUBSCRIBE\r", false).join();
		socket.sendText("\nid:1\ndestination:/actor/room/drop/event/said\n\n", false).join();
		socket.sendText("\0", true).join();
		await().untilAsserted(() -> assertThat(log).contains("drop: connect dropped"));
		socket.abort();
		await().untilAsserted(() -> assertThat(log).contains("drop: disconnect dropped"));
	}

	@Test
	void aConnectionThatTheActorClosesEndsItsSubscriptions() {
		Client client = connect();
		Subscription said = client.subscribe("/actor/room/kick/event/said");
		client.call("/actor/room/kick/action/kick");
		Message end = said.next();
		assertError(end, "connection", "closed");
		assertThat(end.body().get("message").stringValue()).contains("kicked");
		Subscription again = client.subscribe("/actor/room/kick/event/said");
		client.call("/actor/room/kick/action/say", "again");
		assertThat(again.next().body()).isEqualTo(json("[\"again\"]"));
		assertThat(said.messages).isEmpty();
	}

	@Test
	void manyEventsComeInOrder() {
		Client client = connect();
		Subscription mine = client.subscribe("/actor/room/many/event/number");
		Subscription other = connect().subscribe("/actor/room/many/event/number");
		for (int i = 0; i < EVENTS; i += EVENTS / 10) {
			client.send("/actor/room/many/action/count", i, i + EVENTS / 10);
		}
		for (int i = 0; i < EVENTS; i++) {
			assertThat(mine.next().body().get(0).intValue()).isEqualTo(i);
			assertThat(other.next().body().get(0).intValue()).isEqualTo(i);
		}
	}

	@Test
	void aClientThatDoesNotReadIsDisconnected() {
		Client client = connect();
		WebSocket socket = open(application, new WebSocket.Listener() {

			@Override
			public void onOpen(WebSocket webSocket) {
				// without a request nothing is read
			}

		});
		socket.sendText("CONNECT\naccept-version:1.2\nhost:x\nparams:{\"user\":\"slow\"}\n\n\0", true).join();
		socket.sendText("SUBSCRIBE\nid:1\ndestination:/actor/room/slow/event/said\n\n\0", true).join();
		await().untilAsserted(() -> assertThat(log).contains("slow: connect slow"));
		String text = "x".repeat(60_000);
		await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
			for (int i = 0; i < 20; i++) {
				client.call("/actor/room/slow/action/say", text);
			}
			assertThat(log).contains("slow: disconnect slow");
		});
	}

	@Test
	void aCallThatTakesLongHoldsUpNoOtherActor() {
		Client client = connect();
		client.send("/actor/room/held/action/waitFor", "held-up");
		client.call("/actor/room/free/action/release", "held-up");
		assertThat(client.call("/actor/room/held/action/key")).isEqualTo(json("[\"held\"]"));
	}

	@Test
	void aCallIsMadeAlthoughItsSessionEnds() {
		Client client = connect();
		client.send("/actor/room/farewell/action/say", "bye");
		client.disconnect();
		Client other = connect();
		await().untilAsserted(
				() -> assertThat(other.call("/actor/room/farewell/action/count", 0, 0)).isEqualTo(json("1")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "SUBSCRIBE\ndestination:/actor/room/forbidden/event/said\n\n\0", "SUBSCRIBE\nid:2\n\n\0",
			"SUBSCRIBE\nid:1\ndestination:/actor/room/forbidden/event/said\n\n\0", "BEGIN\ntransaction:1\n\n\0",
			"CONNECT\naccept-version:1.2\nhost:x\n\n\0", "NONSENSE\n\n\0" })
	void whatStompForbidsEndsTheSession(String frame) {
		RawClient client = new RawClient();
		WebSocket socket = openSession(application, client);
		socket.sendText("SUBSCRIBE\nid:1\ndestination:/actor/room/forbidden/event/said\n\n\0", true).join();
		socket.sendText(frame, true).join();
		await().untilAsserted(() -> assertThat(client.closed).isCompletedWithValue(1002));
		assertThat(client.heard).contains("ERROR\n");
	}

	@Test
	void whatComesWithAForbiddenFrameIsNotDone() {
		RawClient client = new RawClient();
		WebSocket socket = openSession(application, client);
		socket
			.sendText("BEGIN\ntransaction:1\n\n\0SEND\ntransaction:1\ndestination:/actor/room/undone/action/say\n\n"
					+ "[\"hello\"]\0COMMIT\ntransaction:1\n\n\0", true)
			.join();
		await().untilAsserted(() -> assertThat(client.closed).isCompletedWithValue(1002));
		assertThat(connect().call("/actor/room/undone/action/count", 0, 0)).isEqualTo(json("0"));
	}

	@Test
	void framesMayComeInManyMessages() {
		RawClient client = new RawClient();
		WebSocket socket = open(application, client);
		for (char each : "CONNECT\naccept-version:1.2\nhost:x\n\n\0\n".toCharArray()) {
			socket.sendText(String.valueOf(each), true).join();
		}
		await().untilAsserted(() -> assertThat(client.heard).contains("CONNECTED\n"));
		socket.sendText("SUBSCRIBE\nid:1\nreceipt:1\ndestination:/reply/a\n\n\0\nSUBSCRIBE\nid:2\nreceipt:2\n", false)
			.join();
		socket.sendText("destination:/reply/b\n\n", true).join();
		socket.sendText("\0", true).join();
		await().untilAsserted(() -> assertThat(client.heard).contains("receipt-id:1", "receipt-id:2"));
	}

	@Test
	void aSessionHasALimitOfSubscriptions() {
		RawClient client = new RawClient();
		WebSocket socket = openSession(application, client);
		for (int i = 0; i <= 1000; i++) {
			socket.sendText("SUBSCRIBE\nid:%d\ndestination:/reply/a\n\n\0".formatted(i), true).join();
		}
		await().untilAsserted(() -> assertThat(client.heard).contains("ERROR\n", "at most 1000 subscriptions"));
	}

	@Test
	void aSecondConnectLeavesNothingBehind() {
		RawClient client = new RawClient();
		WebSocket socket = openSession(application, client);
		socket.sendText("SUBSCRIBE\nid:1\ndestination:/actor/room/twice/event/said\nreceipt:1\n\n\0", true).join();
		await().untilAsserted(() -> assertThat(client.heard).contains("receipt-id:1"));
		socket.sendText("CONNECT\naccept-version:1.2\nhost:x\n\n\0", true).join();
		await().untilAsserted(() -> assertThat(client.closed).isCompletedWithValue(1002));
		await().untilAsserted(() -> assertThat(log).contains("twice: disconnect nobody"));
	}

	@Test
	void aSessionHasALimitOfActors() {
		Client client = connect();
		client.send("/actor/room/many/action/waitFor", "many");
		for (int i = 1; i < 1000; i++) {
			client.subscribe("/actor/room/many-" + i + "/event/said");
		}
		assertError(client.request("/actor/room/too-many/action/nothing"), "actor", "overloaded");
		await().until(() -> gates.containsKey("many"));
		gates.get("many").countDown();
		assertThat(client.call("/actor/room/many-1/action/key")).isEqualTo(json("[\"many-1\"]"));
	}

	@Test
	void aSessionLeavesActorsThatItDoesNotUse() {
		Client client = connect();
		for (int i = 0; i <= 1001; i++) {
			client.call("/actor/room/few-" + i + "/action/nothing");
		}
		await().untilAsserted(() -> assertThat(log).anyMatch((line) -> line.matches("few-\\d+: disconnect nobody")));
	}

	@Test
	void aFrameWithoutEndIsNotKept() {
		RawClient client = new RawClient();
		WebSocket socket = openSession(application, client);
		socket.sendText("SEND\ndestination:" + "x".repeat(100_000), false);
		await().untilAsserted(() -> assertThat(client.closed).isCompletedWithValue(1002));
		assertThat(client.heard).contains("ERROR\n");
	}

	@Test
	void heartbeatsGoBothWays() {
		try (RunningApplication beating = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("rivet.websocket.ping-interval=1s"), Security.class, Room.class)) {
			RawClient client = new RawClient();
			WebSocket socket = open(beating, client);
			socket.sendText("CONNECT\naccept-version:1.2\nhost:x\nheart-beat:500,500\n\n\0", true).join();
			await().untilAsserted(() -> assertThat(client.heard).contains("heart-beat:1000,1000", "\0\n\n"));
			// the client has promised heartbeats but sends none
			await().untilAsserted(() -> assertThat(client.heard).contains("ERROR\nmessage:Session closed."));
		}
	}

	@Test
	void clientsAreToldThatTheServerStops() {
		RawClient client = new RawClient();
		try (RunningApplication stopping = RunningApplication.start(WebApplicationType.SERVLET, List.of(),
				Security.class, Room.class)) {
			WebSocket socket = openSession(stopping, client);
			socket.sendText("SUBSCRIBE\nid:1\nreceipt:1\ndestination:/actor/room/stop/event/said\n\n\0", true).join();
			await().untilAsserted(() -> assertThat(client.heard).contains("RECEIPT"));
		}
		await().untilAsserted(() -> assertThat(client.closed).isCompletedWithValue(1001));
		assertThat(client.heard).contains("error-group:actor\n", "error-code:stopped\n");
		assertThat(log).contains("stop: disconnect nobody");
	}

	@Test
	void noTimerOutlivesItsApplication() {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		try (RunningApplication stopping = RunningApplication.start(WebApplicationType.SERVLET, List.of(),
				Security.class, Room.class)) {
			openSession(stopping, new RawClient());
		}
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
				.filteredOn((thread) -> !before.contains(thread) && thread.getName().startsWith("rivet-ping-"))
				.isEmpty());
	}

	@Test
	void valuesArePlainJson() {
		Client client = connect();
		assertThat(client.call("/actor/room/values/action/echo", Map.of("a", List.of(1, 2.5, true)), Long.MAX_VALUE))
			.isEqualTo(json("[{\"a\":[1,2.5,true]},9223372036854775807,\"2026-01-02T03:04:05Z\",\"AQI=\",null]"));
	}

	@Test
	void theConnectionIsThatOfTheUser() {
		WebSocketHttpHeaders handshake = new WebSocketHttpHeaders();
		handshake.setBasicAuth("ann", "secret");
		assertThat(connect("/api/rivet/stomp", handshake, new StompHeaders()).call("/actor/room/user/action/principal"))
			.isEqualTo(json("\"ann\""));
		assertThat(connect().call("/actor/room/user/action/principal")).isEqualTo(json("null"));
	}

	@Test
	void pagesOfOtherOriginsAreRefused() {
		WebSocketHttpHeaders handshake = new WebSocketHttpHeaders();
		handshake.setOrigin("https://app.example.org");
		assertThat(connect("/api/rivet/stomp", handshake, new StompHeaders()).call("/actor/room/cors/action/key"))
			.isEqualTo(json("[\"cors\"]"));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> HttpClient.newHttpClient()
			.newWebSocketBuilder()
			.header(HttpHeaders.ORIGIN, "https://evil.example.org")
			.buildAsync(url(application, "/api/rivet/stomp"), new WebSocket.Listener() {
			})
			.join())
			.withCauseInstanceOf(WebSocketHandshakeException.class)
			.satisfies((ex) -> assertThat(((WebSocketHandshakeException) ex.getCause()).getResponse().statusCode())
				.isEqualTo(403));
	}

	@Test
	void theApplicationsBrokerIsNotTouched() {
		assertThat(application.context().getBeanNamesForType(MessageChannel.class))
			.containsExactlyInAnyOrder("clientInboundChannel", "clientOutboundChannel", "brokerChannel");
		assertThat(application.context().getBeanNamesForType(SubProtocolWebSocketHandler.class)).hasSize(1);
		assertThat(application.context().getBeanNamesForType(SimpleBrokerMessageHandler.class)).hasSize(1);
		assertThat(application.context().getBeanNamesForType(SimpMessagingTemplate.class)).hasSize(1);
		Client theirs = connect("/ws", new WebSocketHttpHeaders(), new StompHeaders());
		Subscription greetings = theirs.subscribeUnanswered("/topic/*");
		Client ours = connect();
		Subscription said = ours.subscribe("/actor/room/own/event/said");
		Subscription topic = ours.subscribeUnanswered("/topic/greetings");
		assertError(topic.next(), "destination", "invalid");
		await().untilAsserted(() -> {
			theirs.session.send("/app/greet", new String[] { "ann" });
			assertThat(greetings.messages).isNotEmpty();
		});
		assertThat(greetings.next().body()).isEqualTo(json("[\"Hello\",\"ann\"]"));
		ours.call("/actor/room/own/action/say", "ours");
		assertThat(said.next().body()).isEqualTo(json("[\"ours\"]"));
		assertThat(topic.messages).isEmpty();
	}

	private static WebSocket openSession(RunningApplication application, WebSocket.Listener listener) {
		WebSocket socket = open(application, listener);
		socket.sendText("CONNECT\naccept-version:1.2\nhost:x\n\n\0", true).join();
		return socket;
	}

	private static WebSocket open(RunningApplication application, WebSocket.Listener listener) {
		return HttpClient.newHttpClient()
			.newWebSocketBuilder()
			.subprotocols("v12.stomp")
			.buildAsync(url(application, "/api/rivet/stomp"), listener)
			.join();
	}

	private static URI url(RunningApplication application, String path) {
		return URI
			.create("ws://127.0.0.1:" + application.context().getEnvironment().getProperty("local.server.port") + path);
	}

	private Client connect() {
		return connect(new StompHeaders());
	}

	private Client connect(StompHeaders headers) {
		return connect("/api/rivet/stomp", new WebSocketHttpHeaders(), headers);
	}

	private Client connect(String path, WebSocketHttpHeaders handshake, StompHeaders headers) {
		StompSession session = stomp
			.connectAsync(url(application, path), handshake, headers, new StompSessionHandlerAdapter() {
			})
			.orTimeout(10, TimeUnit.SECONDS)
			.join();
		Client client = new Client(session);
		this.clients.add(client);
		return client;
	}

	private static JsonNode json(String json) {
		return JsonMapper.shared().readTree(json);
	}

	private static void assertError(Message message, String group, String code) {
		assertThat(message.headers().getFirst("error-group") + "/" + message.headers().getFirst("error-code"))
			.isEqualTo(group + "/" + code);
		assertThat(message.body().get("group").stringValue()).isEqualTo(group);
		assertThat(message.body().get("code").stringValue()).isEqualTo(code);
	}

	/**
	 * A message that has come.
	 */
	private record Message(StompHeaders headers, JsonNode body) {
	}

	/**
	 * A subscription of a client.
	 */
	private static final class Subscription implements StompFrameHandler {

		private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();

		private StompSession.Subscription subscription;

		@Override
		public Type getPayloadType(StompHeaders headers) {
			return JsonNode.class;
		}

		@Override
		public void handleFrame(StompHeaders headers, Object payload) {
			this.messages.add(new Message(headers, (payload != null) ? (JsonNode) payload : json("null")));
		}

		Message next() {
			try {
				Message message = this.messages.poll(10, TimeUnit.SECONDS);
				assertThat(message).as("A message").isNotNull();
				return message;
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		void unsubscribe() {
			this.subscription.unsubscribe();
		}

	}

	/**
	 * A client that knows no STOMP.
	 */
	private static final class RawClient implements WebSocket.Listener {

		private final StringBuffer heard = new StringBuffer();

		private final CompletableFuture<Integer> closed = new CompletableFuture<>();

		@Override
		public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
			this.heard.append(data);
			socket.request(1);
			return null;
		}

		@Override
		public CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
			this.closed.complete(statusCode);
			return null;
		}

	}

	/**
	 * A client.
	 */
	private static final class Client {

		private final StompSession session;

		private Subscription replies;

		Client(StompSession session) {
			this.session = session;
		}

		Subscription subscribe(String destination) {
			StompHeaders headers = new StompHeaders();
			headers.setDestination(destination);
			return subscribe(headers);
		}

		/**
		 * Subscribes, and returns when the subscription has begun.
		 */
		Subscription subscribe(StompHeaders given) {
			StompHeaders headers = copy(given);
			headers.setReceipt(UUID.randomUUID().toString());
			CompletableFuture<Void> begun = new CompletableFuture<>();
			Subscription subscription = new Subscription();
			subscription.subscription = this.session.subscribe(headers, subscription);
			subscription.subscription.addReceiptTask(() -> begun.complete(null));
			begun.orTimeout(10, TimeUnit.SECONDS).join();
			return subscription;
		}

		Subscription subscribeUnanswered(String destination) {
			StompHeaders headers = new StompHeaders();
			headers.setDestination(destination);
			return subscribeUnanswered(headers);
		}

		Subscription subscribeUnanswered(StompHeaders headers) {
			Subscription subscription = new Subscription();
			subscription.subscription = this.session.subscribe(copy(headers), subscription);
			return subscription;
		}

		void send(String destination, Object... args) {
			this.session.send(destination, args);
		}

		StompSession.Receiptable send(StompHeaders headers, Object... args) {
			return this.session.send(headers, args);
		}

		JsonNode call(String destination, Object... args) {
			Message reply = request(destination, args);
			assertThat(reply.headers().getFirst("error-code")).as(reply.body().toString()).isNull();
			return reply.body();
		}

		Message request(String destination, Object... args) {
			StompHeaders headers = new StompHeaders();
			headers.setDestination(destination);
			return request(headers, (Object) args);
		}

		Message request(StompHeaders given, Object body) {
			if (this.replies == null) {
				this.replies = subscribe("/reply/to-me");
			}
			StompHeaders headers = copy(given);
			headers.set("reply-to", "/reply/to-me");
			this.session.send(headers, body);
			return this.replies.next();
		}

		void disconnect() {
			this.session.disconnect();
		}

		private static StompHeaders copy(StompHeaders headers) {
			StompHeaders copy = new StompHeaders();
			copy.putAll(headers);
			return copy;
		}

	}

	/**
	 * An actor that knows who is there.
	 */
	@Actor("room")
	@Queue(name = "orders", body = Order.class)
	static class Room {

		@State
		private int said;

		@OnBeforeConnect
		void before(Member member, HttpRequest request, ActorContext context) {
			note(context, "before " + name(member) + " " + ((request != null) ? request.getMethod() : ""));
			if ("banned".equals(name(member))) {
				throw new UserError("banned", "Go away");
			}
		}

		@OnConnect
		void connected(Member member, ActorContext context) {
			note(context, "connect " + name(member));
		}

		@OnDisconnect
		void disconnected(Member member, ActorContext context) {
			note(context, "disconnect " + name(member));
		}

		@CanPublish("closed")
		boolean mayPublish() {
			return false;
		}

		@QueueListener("work")
		int twice(int number) {
			return 2 * number;
		}

		private static void note(ActorContext context, String what) {
			log.add(String.join("/", context.key().parts()) + ": " + what);
		}

		private static String name(Member member) {
			return (member != null) ? member.user() : "nobody";
		}

		@CanSubscribe("secret")
		boolean secrets() {
			return false;
		}

		@Action
		int say(String text, ActorContext context) {
			context.broadcast("said", text);
			return ++this.said;
		}

		@Action
		void emit(String event, ActorContext context) {
			context.broadcast(event);
		}

		@Action
		int count(int from, int to, ActorContext context) {
			for (int i = from; i < to; i++) {
				context.broadcast("number", i);
			}
			return this.said;
		}

		@Action
		void waitFor(String gate) throws InterruptedException {
			gates.computeIfAbsent(gate, (missing) -> new CountDownLatch(1)).await();
		}

		@Action
		void release(String gate) {
			gates.computeIfAbsent(gate, (missing) -> new CountDownLatch(1)).countDown();
		}

		@Action
		void nothing() {
		}

		@Action
		void fail(String code) {
			throw new UserError(code, "I am a " + code, Map.of("cups", 2));
		}

		@Action
		List<String> key(ActorContext context) {
			return context.key().parts();
		}

		@Action
		String who(Connection connection) {
			return name(connection.parameters(Member.class));
		}

		@Action
		String principal(Connection connection) {
			return (connection.principal() != null) ? connection.principal().getName() : null;
		}

		@Action
		void kick(Connection connection) {
			connection.disconnect("kicked");
		}

		@Action
		List<Object> echo(Object first, long second) {
			return Arrays.asList(first, second, Instant.parse("2026-01-02T03:04:05Z"), new byte[] { 1, 2 }, null);
		}

	}

	record Order(@NotEmpty String dish) {
	}

	/**
	 * What a client says of itself.
	 */
	record Member(String user) {
	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebSocketMessageBroker
	static class OwnBroker implements WebSocketMessageBrokerConfigurer {

		@Override
		public void registerStompEndpoints(StompEndpointRegistry registry) {
			registry.addEndpoint("/ws");
		}

		@Override
		public void configureMessageBroker(MessageBrokerRegistry registry) {
			registry.enableSimpleBroker("/topic");
			registry.setApplicationDestinationPrefixes("/app");
		}

	}

	@Controller
	static class Greetings {

		@MessageMapping("/greet")
		@SendTo("/topic/greetings")
		String[] greet(String[] names) {
			return new String[] { "Hello", names[0] };
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Security {

		@Bean
		SecurityFilterChain everything(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

	}

}
