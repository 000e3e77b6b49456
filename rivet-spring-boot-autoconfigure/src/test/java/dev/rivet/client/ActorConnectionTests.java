package dev.rivet.client;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import dev.rivet.conformance.ConformanceApplication;
import dev.rivet.runtime.ActorRuntime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Connections from Java, within the process and to another server.
 */
@ParameterizedClass
@EnumSource
@Timeout(20)
class ActorConnectionTests {

	private static ConfigurableApplicationContext application;

	private final Way way;

	private final RivetClient client;

	private final List<ActorConnection> connections = new ArrayList<>();

	private final String key = UUID.randomUUID().toString();

	ActorConnectionTests(Way way) {
		this.way = way;
		this.client = way.to(application);
	}

	@BeforeAll
	static void start(@TempDir Path directory) {
		application = new SpringApplicationBuilder(ConformanceApplication.class)
			.properties("server.port=0", "spring.main.banner-mode=off",
					"spring.datasource.url=jdbc:sqlite:" + directory.resolve("connections.db")
							+ "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000")
			.run();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@AfterEach
	void closingTheClientClosesItsConnections() {
		this.client.close();
		assertThat(this.connections).extracting(ActorConnection::status)
			.allMatch((status) -> status == ConnectionStatus.IDLE);
	}

	@Test
	void eventsReachTheirListenersInOrder() {
		ActorConnection ada = enter("ada");
		ActorConnection bob = enter("bob");
		List<Integer> atAda = heard(ada, "counted", Integer.class);
		List<Integer> atBob = heard(bob, "counted", Integer.class);
		bob.call(String.class, "name");
		assertThat(ada.call(Integer.class, "count", 200)).isEqualTo(200);
		List<Integer> expected = IntStream.rangeClosed(1, 200).boxed().toList();
		await().untilAsserted(() -> assertThat(atBob).isEqualTo(expected));
		await().untilAsserted(() -> assertThat(atAda).isEqualTo(expected));
	}

	@Test
	void subscriptionHoldsForTheNextCall() {
		ActorConnection ada = enter("ada");
		ada.call(String.class, "name");
		List<String> said = heard(ada, "said", String.class);
		say(ada, "hello");
		await().untilAsserted(() -> assertThat(said).containsExactly("hello"));
	}

	@Test
	void listenerGetsAllArguments() {
		ActorConnection ada = enter("ada");
		List<List<@Nullable Object>> said = new CopyOnWriteArrayList<>();
		ada.on("said", (event) -> {
			assertThat(event.size()).isEqualTo(4);
			List<@Nullable Object> args = new ArrayList<>();
			args.add(event.name());
			args.add(event.argument(0, String.class));
			args.add(event.argument(1, Double.class));
			args.add(event.argument(2, Object.class));
			args.add(event.argument(3, new ParameterizedTypeReference<Map<String, List<Integer>>>() {
			}));
			args.add(event.argument(4, String.class));
			said.add(args);
		});
		say(ada, "ü😀", 1.5, null, Map.of("deep", List.of(1, 2)));
		await().untilAsserted(() -> assertThat(said)
			.containsExactly(Arrays.asList("said", "ü😀", 1.5, null, Map.of("deep", List.of(1, 2)), null)));
	}

	@Test
	void listenerGetsGenericArgument() {
		ActorConnection ada = enter("ada");
		List<List<String>> said = new CopyOnWriteArrayList<>();
		ada.on("said", new ParameterizedTypeReference<List<String>>() {
		}, said::add);
		say(ada, List.of("a", "b"));
		await().untilAsserted(() -> assertThat(said).containsExactly(List.of("a", "b")));
	}

	@Test
	void removedListenerHearsNothing() {
		ActorConnection ada = enter("ada");
		List<String> said = new CopyOnWriteArrayList<>();
		List<String> alsoSaid = new CopyOnWriteArrayList<>();
		Subscription subscription = ada.on("said", String.class, said::add);
		Subscription other = ada.on("said", String.class, alsoSaid::add);
		List<Integer> counted = heard(ada, "counted", Integer.class);
		say(ada, "one");
		await().untilAsserted(() -> assertThat(alsoSaid).hasSize(1));
		subscription.close();
		subscription.close();
		say(ada, "two");
		await().untilAsserted(() -> assertThat(alsoSaid).hasSize(2));
		other.close();
		say(ada, "three");
		ada.call(Integer.class, "count", 1);
		await().untilAsserted(() -> assertThat(counted).hasSize(1));
		assertThat(said).containsExactly("one");
		assertThat(alsoSaid).containsExactly("one", "two");
	}

	@Test
	void onceIsOnce() {
		ActorConnection ada = enter("ada");
		List<String> said = new CopyOnWriteArrayList<>();
		ada.once("said", String.class, said::add);
		List<Integer> counted = heard(ada, "counted", Integer.class);
		say(ada, "one");
		say(ada, "two");
		ada.call(Integer.class, "count", 1);
		await().untilAsserted(() -> assertThat(counted).hasSize(1));
		assertThat(said).containsExactly("one");
	}

	@Test
	void eventForOneConnectionNeedsNoSubscription() {
		ActorConnection ada = enter("ada");
		List<String> whispered = heard(ada, "whispered", String.class);
		ada.call(Void.class, "whisper", "psst");
		await().untilAsserted(() -> assertThat(whispered).containsExactly("psst"));
	}

	@Test
	void eventForAllOthersIsNotHeardByItsSender() {
		ActorConnection ada = enter("ada");
		ActorConnection bob = enter("bob");
		List<String> atAda = heard(ada, "said", String.class);
		List<String> atBob = heard(bob, "said", String.class);
		bob.call(String.class, "name");
		ada.call(Void.class, "sayToOthers", "psst");
		say(ada, "hello");
		await().untilAsserted(() -> assertThat(atBob).containsExactly("psst", "hello"));
		await().untilAsserted(() -> assertThat(atAda).containsExactly("hello"));
	}

	@Test
	void callsBeforeTheConnectionIsOpenWaitForIt() {
		ActorConnection counter = connect("counter");
		CompletableFuture<Integer> first = counter.callAsync(Integer.class, "increment", 1);
		CompletableFuture<Integer> second = counter.callAsync(Integer.class, "increment", 2);
		assertThat(counter.call(Integer.class, "value")).isEqualTo(3);
		assertThat(first.join()).isEqualTo(1);
		assertThat(second.join()).isEqualTo(3);
	}

	@Test
	void callsKeepTheirOrder() {
		ActorConnection counter = connect("counter");
		List<CompletableFuture<Integer>> answers = IntStream.range(0, 500)
			.mapToObj((i) -> counter.callAsync(Integer.class, "increment", 1))
			.toList();
		assertThat(answers.stream().map(CompletableFuture::join))
			.containsExactlyElementsOf(IntStream.rangeClosed(1, 500).boxed().toList());
	}

	@Test
	void callFailsAlone() {
		ActorConnection failing = connect("failing");
		List<RivetException> errors = new CopyOnWriteArrayList<>();
		failing.onError(errors::add);
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> failing.call(Void.class, "refuse", "no", "Not now", Map.of("why", List.of(1, "x"))))
			.withMessage("Not now")
			.satisfies((ex) -> {
				assertThat(ex.is("user", "no")).isTrue();
				assertThat(ex.metadata()).isEqualTo(Map.of("why", List.of(1, "x")));
			});
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> failing.call(Void.class, "nothing"))
			.satisfies((ex) -> assertThat(ex.is("action", "not_found")).isTrue());
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> failing.call(Void.class, "crash", "secret"))
			.satisfies((ex) -> assertThat(ex.is("rivetkit", "internal_error")).isTrue());
		assertThat(failing.call(String.class, "fine")).isEqualTo("fine");
		assertThat(errors).isEmpty();
	}

	@Test
	void valuesOfAllKinds() {
		ActorConnection values = connect("values");
		byte[] bytes = { 0, 1, -1 };
		Instant instant = Instant.parse("2023-11-14T22:13:20.123Z");
		assertThat(values.call(byte[].class, "echo", (Object) bytes)).isEqualTo(bytes);
		assertThat(values.call(Instant.class, "echo", instant)).isEqualTo(instant);
		assertThat(values.call(BigInteger.class, "echo", BigInteger.TWO.pow(100))).isEqualTo(BigInteger.TWO.pow(100));
		assertThat(values.call(String.class, "echo", new Object[] { null })).isNull();
		assertThat(values.call(new ParameterizedTypeReference<List<String>>() {
		}, "echo", List.of("$foo", "bar"))).containsExactly("$foo", "bar");
	}

	@Test
	void largeMessages() {
		ActorConnection values = connect("values");
		assertThat(values.call(Integer.class, "length", "x".repeat(65_000))).isEqualTo(65_000);
		assertThat(values.call(String.class, "text", 1_000_000)).hasSize(1_000_000);
	}

	@Test
	void messageThatIsTooLargeClosesTheConnection() {
		assumeThat(this.way).as("there is no limit within a process").isNotEqualTo(Way.IN_PROCESS);
		ActorConnection values = connect("values");
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> values.call(Integer.class, "length", "x".repeat(70_000)))
			.satisfies((ex) -> assertThat(ex.is("message", "incoming_too_long")).isTrue());
		assertThat(values.call(Integer.class, "length", "abc")).isEqualTo(3);
	}

	@Test
	void typedView() {
		ActorConnection connection = connect("counter");
		Counting counter = connection.as(Counting.class);
		assertThat(counter.increment(2)).isEqualTo(2);
		assertThat(counter.value().join()).isEqualTo(2);
		counter.reset();
		assertThat(counter.value().join()).isZero();
	}

	@Test
	void typedViewsMayBeGeneric() throws Exception {
		ActorConnection connection = connect("counter");
		connection.call(Integer.class, "increment", 2);
		Long read = connection.as(CountReader.class).value();
		assertThat(read).isEqualTo(2);
		Long later = connection.as(LaterCountReader.class).value().get();
		assertThat(later).isEqualTo(2);
	}

	@Test
	void listenerThatFailsIsNoHarm() {
		ActorConnection ada = enter("ada");
		ada.on("said", (event) -> {
			throw new IllegalStateException("Wanted by the test");
		});
		List<String> said = heard(ada, "said", String.class);
		say(ada, "one");
		say(ada, "two");
		await().untilAsserted(() -> assertThat(said).containsExactly("one", "two"));
	}

	@Test
	void listenerMayWaitForCalls() {
		ActorConnection ada = enter("ada");
		List<String> names = new CopyOnWriteArrayList<>();
		ada.on("said", String.class, (text) -> names.add(ada.call(String.class, "name")));
		say(ada, "one");
		say(ada, "two");
		await().untilAsserted(() -> assertThat(names).containsExactly("ada", "ada"));
	}

	@Test
	void statusAndIds() {
		ActorConnection ada = enter("ada");
		List<ConnectionStatus> statuses = new CopyOnWriteArrayList<>();
		ada.onStatus(statuses::add);
		assertThat(ada.call(String.class, "idOfConnection")).isEqualTo(ada.connectionId());
		assertThat(ada.actorId()).isEqualTo(this.client.get("room", this.key).resolve());
		assertThat(ada.status()).isEqualTo(ConnectionStatus.CONNECTED);
		ada.close();
		await().untilAsserted(() -> assertThat(statuses).endsWith(ConnectionStatus.IDLE));
		assertThat(ada.status()).isEqualTo(ConnectionStatus.IDLE);
	}

	@Test
	void closedConnectionIsGone() {
		ActorConnection bob = enter("bob");
		ActorConnection ada = enter("ada");
		ada.call(String.class, "name");
		List<String> left = heard(bob, "left", String.class);
		bob.call(String.class, "name");
		ada.close();
		await().untilAsserted(() -> assertThat(left).containsExactly("ada"));
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> ada.call(String.class, "name"))
			.satisfies((ex) -> assertThat(ex.is("client", "connection_disposed")).isTrue());
	}

	@Test
	void refusedConnectionIsGivenUp() {
		ActorConnection eve = this.client
			.getOrCreate("room", List.of(this.key), ActorOptions.parameters(Map.of("name", "eve", "wish", "refuse")))
			.connect();
		List<RivetException> errors = new CopyOnWriteArrayList<>();
		eve.onError(errors::add);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> eve.call(String.class, "name"))
			.withMessage("Not today")
			.satisfies((ex) -> assertThat(ex.metadata()).isEqualTo(Map.of("until", "tomorrow")));
		await().untilAsserted(() -> assertThat(eve.status()).isEqualTo(ConnectionStatus.IDLE));
		assertThat(errors).hasSizeLessThanOrEqualTo(1).allMatch((error) -> error.is("user", "rejected_conn"));
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> eve.call(String.class, "name"))
			.satisfies((ex) -> assertThat(ex.is("user", "rejected_conn")).isTrue());
	}

	@Test
	void refusedSubscriptionIsAnErrorOfTheConnection() {
		ActorConnection ada = enter("ada");
		List<RivetException> errors = new CopyOnWriteArrayList<>();
		ada.onError(errors::add);
		List<String> secrets = heard(ada, "secret", String.class);
		await().untilAsserted(() -> assertThat(errors).hasSize(1));
		assertThat(errors.get(0).is("auth", "forbidden")).isTrue();
		ada.call(Void.class, "saySilently", "the code is 1234");
		assertThat(ada.call(String.class, "name")).isEqualTo("ada");
		assertThat(secrets).isEmpty();
	}

	@Test
	void clientThatIsSentAwayComesBack() {
		ActorConnection ada = enter("ada");
		List<String> said = heard(ada, "said", String.class);
		String id = ada.call(String.class, "idOfConnection");
		List<ConnectionStatus> statuses = new CopyOnWriteArrayList<>();
		ada.onStatus(statuses::add);
		ada.callAsync(Void.class, "leave", "Time for a break");
		// that it was connected may be told only now
		await().untilAsserted(() -> assertThat(statuses).endsWith(ConnectionStatus.DISCONNECTED,
				ConnectionStatus.CONNECTING, ConnectionStatus.CONNECTED));
		assertThat(ada.call(String.class, "idOfConnection")).isNotEqualTo(id).isEqualTo(ada.connectionId());
		say(ada, "here again");
		await().untilAsserted(() -> assertThat(said).containsExactly("here again"));
	}

	@Test
	void connectionOutlivesItsActor() {
		ActorConnection counter = connect("counter");
		assertThat(counter.call(Integer.class, "increment", 3)).isEqualTo(3);
		String id = counter.actorId();
		application.getBean(ActorRuntime.class).administration().sleep(id).join();
		await().untilAsserted(() -> assertThat(valueOf(counter)).isEqualTo(3));
		assertThat(counter.actorId()).isEqualTo(id);
		counter.callAsync(Void.class, "selfDestruct");
		await().untilAsserted(() -> assertThat(valueOf(counter)).isEqualTo(0));
		assertThat(counter.actorId()).isNotEqualTo(id);
	}

	private static int valueOf(ActorConnection counter) {
		try {
			return counter.call(Integer.class, "value");
		}
		catch (RivetException ex) {
			return -1;
		}
	}

	@Test
	void getWaitsUntilThereIsSuchAnActor() {
		ActorConnection counter = keep(this.client.get("counter", this.key));
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> counter.call(Integer.class, "value"))
			.satisfies((ex) -> assertThat(ex.is("actor", "not_found")).isTrue());
		this.client.getOrCreate("counter", this.key).call(Integer.class, "increment", 1);
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(valueOf(counter)).isEqualTo(1));
		ActorConnection byId = keep(this.client.getForId("counter", String.valueOf(counter.actorId())));
		assertThat(byId.call(Integer.class, "value")).isEqualTo(1);
	}

	@Test
	void unknownIdIsGivenUp() {
		ActorConnection nobody = this.client.getForId("counter", "nobody").connect();
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> nobody.call(Integer.class, "value"))
			.satisfies((ex) -> assertThat(ex.is("actor", "not_found")).isTrue());
		await().untilAsserted(() -> assertThat(nobody.status()).isEqualTo(ConnectionStatus.IDLE));
	}

	private ActorConnection enter(String name) {
		return keep(this.client.getOrCreate("room", List.of(this.key), ActorOptions.parameters(Map.of("name", name))));
	}

	private ActorConnection connect(String actor) {
		return keep(this.client.getOrCreate(actor, this.key));
	}

	private ActorConnection keep(ActorHandle handle) {
		ActorConnection connection = handle.connect();
		this.connections.add(connection);
		return connection;
	}

	private static void say(ActorConnection connection, @Nullable Object... args) {
		connection.call(Void.class, "say", Arrays.asList(args));
	}

	private static <T> List<T> heard(ActorConnection connection, String event, Class<T> type) {
		List<T> heard = new CopyOnWriteArrayList<>();
		connection.on(event, type, heard::add);
		return heard;
	}

	/**
	 * Reads a value.
	 */
	interface Reader<T> {

		T value();

	}

	/**
	 * Reads the counter.
	 */
	interface CountReader extends Reader<Long> {

	}

	/**
	 * Reads the counter, without waiting.
	 */
	interface LaterCountReader extends Reader<CompletableFuture<Long>> {

	}

	/**
	 * What the counter does.
	 */
	interface Counting {

		int increment(int amount);

		CompletableFuture<Integer> value();

		void reset();

	}

}
