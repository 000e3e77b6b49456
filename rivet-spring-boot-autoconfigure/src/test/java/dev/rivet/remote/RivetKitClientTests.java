package dev.rivet.remote;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import dev.rivet.client.ActorConnection;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.ActorOptions;
import dev.rivet.client.ConnectionStatus;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import dev.rivet.conformance.RivetKitServer;
import dev.rivet.protocol.Encoding;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * The Java client and a server of RivetKit's.
 */
@ParameterizedClass
@EnumSource
@Timeout(20)
class RivetKitClientTests {

	private static @Nullable RivetKitServer server;

	private final RivetClient client;

	private final String key = UUID.randomUUID().toString();

	RivetKitClientTests(Encoding encoding) {
		this.client = RemoteServer.at(server.baseUrl()).encoding(encoding).client();
	}

	@BeforeAll
	@Timeout(300)
	static void start() throws Exception {
		server = RivetKitServer.start();
	}

	@AfterAll
	static void stop() {
		if (server != null) {
			server.close();
		}
	}

	@AfterEach
	void disconnect() {
		this.client.close();
	}

	@Test
	void calls() {
		ActorHandle counter = this.client.getOrCreate("counter", this.key, "a/b\\c", "");
		assertThat(counter.call(Integer.class, "increment", 2)).isEqualTo(2);
		assertThat(counter.call(Integer.class, "increment", 3)).isEqualTo(5);
		counter.call(Void.class, "reset");
		ActorHandle same = this.client.get("counter", this.key, "a/b\\c", "");
		assertThat(same.call(Integer.class, "value")).isZero();
		assertThat(same.resolve()).isEqualTo(counter.resolve());
		assertThat(this.client.getForId("counter", counter.resolve()).call(Integer.class, "value")).isZero();
	}

	@Test
	void creation() {
		ActorOptions input = ActorOptions.input(Map.of("start", 10));
		ActorHandle counter = this.client.create("counter", List.of(this.key), input);
		assertThat(counter.call(Integer.class, "increment", 1)).isEqualTo(11);
		assertThat(this.client.getOrCreate("counter", List.of(this.key), input).call(Integer.class, "value"))
			.isEqualTo(11);
		assertFails(() -> this.client.create("counter", this.key), "actor", "duplicate_key");
	}

	@Test
	void missingActors() {
		assertFails(() -> this.client.get("counter", this.key).call(Integer.class, "value"), "actor", "not_found");
		assertFails(() -> this.client.getForId("counter", "1234567890abcdef").call(Integer.class, "value"), "actor",
				"not_found");
		String id = this.client.getOrCreate("counter", this.key).resolve();
		assertFails(() -> this.client.getForId("room", id).call(String.class, "name"), "actor", "not_found");
	}

	@Test
	void destroyedActorIsCreatedAnew() {
		ActorHandle counter = this.client.getOrCreate("counter", this.key);
		assertThat(counter.call(Integer.class, "increment", 2)).isEqualTo(2);
		counter.call(Void.class, "end");
		// this server does not say that the actor is missing, so the first call may fail
		await().ignoreExceptionsInstanceOf(RivetException.class)
			.untilAsserted(() -> assertThat(counter.call(Integer.class, "value")).isZero());
	}

	@Test
	void errors() {
		ActorHandle values = this.client.getOrCreate("values", this.key);
		RivetException refused = assertFails(
				() -> values.call(Void.class, "refuse", "no", "Not now", Map.of("why", List.of(1, "x"))), "user", "no");
		assertThat(refused).hasMessage("Not now");
		assertThat(refused.metadata()).isEqualTo(Map.of("why", List.of(1, "x")));
		assertFails(() -> values.call(Void.class, "crash"), "rivetkit", "internal_error");
		assertFails(() -> values.call(Void.class, "nothing"), "action", "not_found");
		assertFails(() -> values.call(Integer.class, "length", "x".repeat(70_000)), "message", "incoming_too_long");
	}

	@Test
	void valuesOfAllKinds() {
		ActorHandle values = this.client.getOrCreate("values", this.key);
		byte[] bytes = { 0, 1, -1 };
		assertThat(values.call(byte[].class, "echo", (Object) bytes)).isEqualTo(bytes);
		assertThat(values.call(BigInteger.class, "echo", BigInteger.TWO.pow(100))).isEqualTo(BigInteger.TWO.pow(100));
		assertThat(values.call(String.class, "echo", "ü😀")).isEqualTo("ü😀");
		assertThat(values.call(Long.class, "echo", 1L << 40)).isEqualTo(1L << 40);
		assertThat(values.call(Double.class, "echo", 1.5)).isEqualTo(1.5);
		assertThat(values.call(String.class, "echo", new Object[] { null })).isNull();
		assertThat(values.call(Object.class, "echo", Map.of("list", List.of(1, true))))
			.isEqualTo(Map.of("list", List.of(1, true)));
		Instant instant = Instant.parse("2023-11-14T22:13:20.123Z");
		assertThat(values.call(Instant.class, "echo", instant)).isEqualTo(instant);
		assertThat(values.call(String[].class, "echo", (Object) new String[] { "$foo", "bar" })).containsExactly("$foo",
				"bar");
	}

	@Test
	void parameters() {
		ActorHandle room = this.client.getOrCreate("room", List.of(this.key),
				ActorOptions.parameters(Map.of("name", "Zoë (ü😀)")));
		assertThat(room.call(String.class, "name")).isEqualTo("Zoë (ü😀)");
		assertThat(room.connect().call(String.class, "name")).isEqualTo("Zoë (ü😀)");
	}

	@Test
	void events() {
		ActorConnection ada = enter("ada");
		ActorConnection bob = enter("bob");
		List<List<@Nullable Object>> said = new CopyOnWriteArrayList<>();
		bob.on("said", (event) -> said.add(Arrays.asList(event.argument(0, String.class),
				event.argument(1, Double.class), event.argument(2, Object.class))));
		List<String> whispered = new CopyOnWriteArrayList<>();
		ada.on("whispered", String.class, whispered::add);
		bob.call(String.class, "name");
		ada.call(Void.class, "say", "hello", 1.5, List.of("x"));
		ada.call(Void.class, "whisper", "psst");
		await().untilAsserted(() -> assertThat(said).containsExactly(List.of("hello", 1.5, List.of("x"))));
		await().untilAsserted(() -> assertThat(whispered).containsExactly("psst"));
	}

	@Test
	void callsOverConnectionsKeepTheirOrder() {
		ActorConnection counter = this.client.getOrCreate("counter", this.key).connect();
		List<CompletableFuture<Integer>> answers = IntStream.range(0, 100)
			.mapToObj((i) -> counter.callAsync(Integer.class, "increment", 1))
			.toList();
		assertThat(answers.stream().map(CompletableFuture::join))
			.containsExactlyElementsOf(IntStream.rangeClosed(1, 100).boxed().toList());
	}

	@Test
	void largeMessagesOverConnections() {
		ActorConnection values = this.client.getOrCreate("values", this.key).connect();
		assertThat(values.call(Integer.class, "length", "x".repeat(65_000))).isEqualTo(65_000);
		assertThat(values.call(String.class, "text", 1_000_000)).hasSize(1_000_000);
		assertFails(() -> values.call(Integer.class, "length", "x".repeat(70_000)), "message", "incoming_too_long");
		assertThat(values.call(Integer.class, "length", "abc")).isEqualTo(3);
	}

	@Test
	void errorsOverConnections() {
		ActorConnection values = this.client.getOrCreate("values", this.key).connect();
		List<RivetException> errors = new CopyOnWriteArrayList<>();
		values.onError(errors::add);
		RivetException refused = assertFails(
				() -> values.call(Void.class, "refuse", "no", "Not now", Map.of("why", List.of(1, "x"))), "user", "no");
		assertThat(refused.metadata()).isEqualTo(Map.of("why", List.of(1, "x")));
		assertFails(() -> values.call(Void.class, "crash"), "rivetkit", "internal_error");
		assertThat(values.call(Integer.class, "echo", 1)).isEqualTo(1);
		assertThat(errors).isEmpty();
	}

	@Test
	void refusedConnectionIsGivenUp() {
		ActorConnection eve = this.client
			.getOrCreate("room", List.of(this.key), ActorOptions.parameters(Map.of("wish", "refuse")))
			.connect();
		assertFails(() -> eve.call(String.class, "name"), "user", "rejected_conn");
		await().untilAsserted(() -> assertThat(eve.status()).isEqualTo(ConnectionStatus.IDLE));
	}

	@Test
	void connectionThatIsClosedIsOpenedAgain() {
		ActorConnection ada = enter("ada");
		List<String> said = new CopyOnWriteArrayList<>();
		ada.on("said", String.class, said::add);
		String id = ada.call(String.class, "id");
		assertThat(ada.connectionId()).isEqualTo(id);
		ada.callAsync(Void.class, "leave", "Time for a break");
		await().until(() -> ada.status() == ConnectionStatus.CONNECTED && !id.equals(ada.connectionId()));
		ada.call(Void.class, "say", "here again");
		await().untilAsserted(() -> assertThat(said).containsExactly("here again"));
	}

	private ActorConnection enter(String name) {
		return this.client.getOrCreate("room", List.of(this.key), ActorOptions.parameters(Map.of("name", name)))
			.connect();
	}

	private static RivetException assertFails(ThrowingCallable call, String group, String code) {
		RivetException failure = catchThrowableOfType(RivetException.class, call);
		assertThat(failure).isNotNull();
		assertThat(failure.is(group, code)).as(failure.toString()).isTrue();
		return failure;
	}

}
