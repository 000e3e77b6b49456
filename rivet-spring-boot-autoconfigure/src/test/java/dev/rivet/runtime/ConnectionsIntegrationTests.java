package dev.rivet.runtime;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.ActorWebSocket;
import dev.rivet.actor.CanSubscribe;
import dev.rivet.actor.Connection;
import dev.rivet.actor.ConnectionState;
import dev.rivet.actor.OnBeforeConnect;
import dev.rivet.actor.OnConnect;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.OnWebSocket;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorAddress;
import dev.rivet.client.ActorConnection;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.ActorOptions;
import dev.rivet.client.CloseReason;
import dev.rivet.store.FaultyDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what connections hear and when, and for what runs when they come and go.
 */
@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class ConnectionsIntegrationTests {

	private static CountDownLatch blocked = new CountDownLatch(1);

	private static CompletableFuture<String> awaited = new CompletableFuture<>();

	private static CompletableFuture<@Nullable Void> turnedAway = new CompletableFuture<>();

	@TempDir
	private Path directory;

	private RunningApplication application;

	private FaultyDataSource database;

	@BeforeEach
	void start() {
		blocked = new CountDownLatch(1);
		awaited = new CompletableFuture<>();
		turnedAway = new CompletableFuture<>();
		this.application = RunningApplication.startActors(this.directory,
				List.of("rivet.connect-timeout=2s", "rivet.websocket.receive-buffer-size=1MB",
						"rivet.websocket.node-receive-buffer-size=2400KB"),
				CounterActor.class, Guarded.class, Raw.class);
		this.database = this.application.database();
	}

	@AfterEach
	void stop() {
		blocked.countDown();
		this.application.close();
	}

	@Test
	void parametersAreCopied() {
		ActorHandle counter = this.application.client()
			.getOrCreate("counter", List.of("parameters"), ActorOptions.parameters(Map.of("a", 1)));
		assertThat(counter.call(Integer.class, "grow")).isEqualTo(2);
		assertThat(counter.call(List.class, "names")).isEqualTo(List.of("a"));
	}

	@Test
	void anEventIsHeardWhenItsChangeIsDurable() throws Exception {
		RecordedConnection connection = listening("counter", "count");
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		connection.call(2, "add", 5);
		gate.awaitReached();
		connection.call(3, "tell");
		assertThat(connection.isSilent()).isTrue();
		gate.open();
		assertThat(connection.next()).isEqualTo("count [5]");
		assertThat(connection.next()).isEqualTo("replied 2 5");
		assertThat(connection.next()).isEqualTo("count [5]");
		assertThat(connection.next()).isEqualTo("replied 3 null");
	}

	@Test
	void anEventOfAChangeThatFailedIsNeverHeard() throws Exception {
		RecordedConnection connection = listening("counter", "count");
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		connection.call(2, "add", 5);
		gate.awaitReached();
		this.database.breakStatements(1);
		this.database.refuse();
		gate.open();
		assertThat(connection.next()).isEqualTo("refused 2 rivetkit/internal_error");
		assertThat(connection.next()).isEqualTo("closed 1001 actor.stopped");
		this.database.heal();
		RecordedConnection again = listening("counter", "count");
		again.call(2, "add", 1);
		assertThat(again.next()).isEqualTo("count [1]");
	}

	@Test
	void anEventThatCannotBeSentToOneConnectionIsHeardByTheOthers() throws Exception {
		RecordedConnection failing = listening("counter", "count");
		RecordedConnection connection = listening("counter", "count");
		failing.failAtEvents();
		connection.call(2, "add", 5);
		assertThat(connection.next()).isEqualTo("count [5]");
		assertThat(connection.next()).isEqualTo("replied 2 5");
		assertThat(failing.next()).isEqualTo("closed 1011 rivetkit.internal_error");
	}

	@Test
	void callsOverAConnectionInThisProcessDoNotRunOnTheThreadOfTheirCaller() {
		try (ActorConnection connection = this.application.actor("counter", "here").connect()) {
			for (int i = 0; i < 200; i++) {
				connection.call(Integer.class, "hold", false);
			}
			CompletableFuture<Integer> held = connection.callAsync(Integer.class, "hold", true);
			assertThat(held).isNotDone();
			blocked.countDown();
			assertThat(held.join()).isOne();
		}
	}

	@Test
	void anActionThatChangesNothingStreams() throws Exception {
		RecordedConnection connection = listening("counter", "progress");
		connection.call(2, "stream");
		assertThat(connection.next()).isEqualTo("progress [\"begun\"]");
		awaited.complete("done");
		assertThat(connection.next()).isEqualTo("progress [\"done\"]");
		assertThat(connection.next()).isEqualTo("replied 2 null");
	}

	@Test
	void whoIsRefusedHearsWhyAndItsCallsDoNotRun() throws Exception {
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		RecordedConnection connection = connect("guarded", "intruder");
		connection.call(1, "touch");
		gate.open();
		List<String> heard = List.of(connection.next(), connection.next(), connection.next());
		assertThat(heard).containsExactlyInAnyOrder("refused 1 actor/not_connected", "failed user/unwelcome",
				"closed 1011 user.unwelcome");
		assertThat(guarded().call(int.class, "touched")).isZero();
		assertThat(connection.isSilent()).isTrue();
	}

	@Test
	void whoIsRefusedHearsItThoughAChangeBeforeFails() throws Exception {
		RecordedConnection friend = opened("guarded", "friend");
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		friend.call(1, "touch");
		gate.awaitReached();
		RecordedConnection intruder = connect("guarded", "intruder");
		turnedAway.join();
		this.database.refuse();
		this.database.breakStatements(1);
		gate.open();
		assertThat(intruder.next()).startsWith("failed ");
		assertThat(intruder.next()).startsWith("closed ");
	}

	@Test
	void whoLeavesWhileAHookWaitsIsGone() throws Exception {
		RecordedConnection connection = connect("guarded", "waiting");
		await().until(() -> guarded().call(String.class, "stage").equals("waiting"));
		connection.close();
		awaited.complete("");
		await().until(() -> guarded().call(List.class, "gone").equals(List.of("waiting")));
		assertThat(guarded().call(List.class, "present")).isEqualTo(List.of("nobody"));
	}

	@Test
	void callsBeforeTheConnectionIsOpenAreRefused() throws Exception {
		RecordedConnection connection = connect("guarded", "waiting");
		await().until(() -> guarded().call(String.class, "stage").equals("waiting"));
		connection.call(1, "touch");
		assertThat(connection.next()).isEqualTo("refused 1 actor/not_connected");
		awaited.complete("");
		assertThat(connection.next()).isEqualTo("opened");
		connection.call(2, "touch");
		assertThat(connection.next()).isEqualTo("replied 2 1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "slow", "slow before", "slow state" })
	void aHookThatTakesTooLongIsInterruptedAndTheClientRefused(String who) throws Exception {
		RecordedConnection connection = connect("guarded", who);
		assertThat(connection.next()).isEqualTo("failed rivetkit/internal_error");
		assertThat(connection.next()).isEqualTo("closed 1011 rivetkit.internal_error");
		assertThat(guarded().call(String.class, "stage")).isEqualTo("interrupted");
	}

	@Test
	void anActorGoesOnWithoutWhomItTakesTooLongToSayGoodbyeTo() throws Exception {
		RecordedConnection connection = opened("guarded", "slow left");
		connection.close();
		assertThat(guarded().call(List.class, "present")).isEqualTo(List.of("nobody"));
		assertThat(guarded().call(String.class, "stage")).isEqualTo("interrupted");
		assertThat(guarded().call(List.class, "gone")).as("what the hook changed").isEmpty();
	}

	@Test
	void aHookThatDoesNotEndAlthoughItIsInterruptedIsLogged(CapturedOutput output) throws Exception {
		RecordedConnection connection = connect("guarded", "deaf");
		await().untilAsserted(() -> assertThat(output).contains("@OnConnect method 'connected' of actor",
				"timed out and is interrupted"));
		blocked.countDown();
		assertThat(connection.next()).isEqualTo("failed rivetkit/internal_error");
	}

	@Test
	void comingAndGoingIsTold() throws Exception {
		RecordedConnection first = opened("guarded", "a");
		RecordedConnection second = opened("guarded", "b");
		first.call(1, "present");
		assertThat(first.next()).isEqualTo("replied 1 [\"a\",\"b\"]");
		second.close();
		second.close();
		await().until(() -> guarded().call(List.class, "gone").equals(List.of("b")));
		first.call(2, "present");
		assertThat(first.next()).isEqualTo("replied 2 [\"a\"]");
	}

	@Test
	void theStateOfAConnectionIsAsItWasWhenATurnThrows() throws Exception {
		RecordedConnection connection = opened("guarded", "a");
		connection.call(1, "rename", "b", false);
		assertThat(connection.next()).isEqualTo("replied 1 null");
		connection.call(2, "rename", "c", true);
		assertThat(connection.next()).isEqualTo("refused 2 user/changed_my_mind");
		connection.call(3, "present");
		assertThat(connection.next()).isEqualTo("replied 3 [\"b\"]");
	}

	@Test
	void theStateOfAConnectionIsTakenBackWhenItsChangeFailsAfterTheTurn() throws Exception {
		RecordedConnection connection = opened("guarded", "a");
		this.database.refuse();
		connection.call(1, "rename", "b", false);
		assertThat(connection.next()).isEqualTo("refused 1 actor/restarting");
		this.database.heal();
		connection.call(2, "present");
		assertThat(connection.next()).isEqualTo("replied 2 [\"a\"]");
		connection.call(3, "rename", "c", false);
		assertThat(connection.next()).isEqualTo("replied 3 null");
		connection.call(4, "present");
		assertThat(connection.next()).isEqualTo("replied 4 [\"c\"]");
	}

	@Test
	void theStateOfAConnectionThatWasCommittedStaysWhenALaterChangeFails() throws Exception {
		RecordedConnection connection = opened("guarded", "a");
		this.application.jdbc()
			.sql("CREATE TRIGGER poison BEFORE INSERT ON rivet_connection "
					+ "WHEN instr(NEW.state, CAST('poison' AS BLOB)) > 0 BEGIN SELECT RAISE(ABORT, 'poison'); END")
			.update();
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		connection.call(1, "rename", "b", false);
		gate.awaitReached();
		connection.call(2, "rename", "poison", false);
		connection.call(3, "rename", "more poison", false);
		assertThat(connection.isSilent()).isTrue();
		gate.open();
		assertThat(connection.next()).isEqualTo("replied 1 null");
		assertThat(connection.next()).isEqualTo("refused 2 rivetkit/internal_error");
		assertThat(connection.next()).startsWith("refused 3 ");
		connection.call(4, "present");
		assertThat(connection.next()).isEqualTo("replied 4 [\"b\"]");
	}

	@Test
	void anActorDoesNotSleepOnTheStateOfAConnectionThatWasNotCommitted() throws Exception {
		RecordedConnection connection = opened("guarded", "a");
		this.database.refuse();
		connection.call(1, "rename", "b", false);
		assertThat(connection.next()).isEqualTo("refused 1 actor/restarting");
		this.database.heal();
		this.application.runtime().administration().fallAsleep(guarded().resolve()).join();
		connection.call(2, "present");
		assertThat(connection.next()).isEqualTo("replied 2 [\"a\"]");
	}

	@Test
	void readingTheStateOfAConnectionMakesNoCommit() throws Exception {
		RecordedConnection connection = opened("guarded", "a");
		int before = this.database.commits();
		connection.call(1, "present");
		assertThat(connection.next()).isEqualTo("replied 1 [\"a\"]");
		assertThat(this.database.commits()).isEqualTo(before);
	}

	@Test
	void whatAClientSendsWhileItsActorWakesIsBounded() throws Exception {
		RecordedConnection connection = connect("counter", null);
		assertThat(connection.next()).isEqualTo("opened");
		FaultyDataSource.Gate gate = holdWake("counter");
		connection.call(1, "length", "x".repeat(400_000));
		gate.awaitReached();
		connection.call(2, "length", "x".repeat(400_000));
		gate.open();
		assertThat(connection.next()).isEqualTo("replied 1 400000");
		assertThat(connection.next()).isEqualTo("replied 2 400000");
		gate = holdWake("counter");
		for (int i = 3; i <= 5; i++) {
			connection.call(i, "length", "x".repeat(400_000));
		}
		assertThat(connection.next()).isEqualTo("refused 5 actor/overloaded");
		gate.open();
		assertThat(connection.next()).isEqualTo("replied 3 400000");
		assertThat(connection.next()).isEqualTo("replied 4 400000");
		connection.call(6, "length", "x".repeat(1_000_000));
		assertThat(connection.next()).isEqualTo("replied 6 1000000");
	}

	@Test
	void whatAllClientsSendWhileTheirActorsWakeIsBounded() throws Exception {
		List<RecordedConnection> all = List.of(connect("counter", null), connect("counter", null),
				connect("counter", null));
		for (RecordedConnection each : all) {
			assertThat(each.next()).isEqualTo("opened");
		}
		for (int round = 0; round < 2; round++) {
			RecordedConnection late = connect("counter", null);
			assertThat(late.next()).isEqualTo("opened");
			FaultyDataSource.Gate gate = holdWake("counter");
			for (RecordedConnection each : all) {
				each.call(1, "length", "x".repeat(400_000));
				each.call(2, "length", "x".repeat(400_000));
			}
			late.call(1, "length", "x".repeat(400_000));
			assertThat(late.next()).isEqualTo("refused 1 actor/overloaded");
			gate.open();
			for (RecordedConnection each : all) {
				assertThat(each.next()).isEqualTo("replied 1 400000");
				assertThat(each.next()).isEqualTo("replied 2 400000");
			}
		}
	}

	@Test
	void aSocketThatClosesWhileItsActorWakesIsHeardToTheEnd() {
		ActorHandle raw = this.application.actor("raw", "one");
		TransportSocket socket = this.application.runtime()
			.openSocket(new ActorAddress.OrCreated("raw", List.of("one"), null), null, null, null, "/",
					new SilentSocket());
		await().until(() -> raw.call(int.class, "open") == 1);
		FaultyDataSource.Gate gate = holdWake("raw");
		socket.text("hello");
		gate.awaitReached();
		socket.text("you");
		socket.closed(new CloseReason(1000, "bye"));
		gate.open();
		await().untilAsserted(() -> assertThat(raw.call(List.class, "heard"))
			.isEqualTo(List.of("hello", "you", "closed 1000 bye", "left")));
		assertThat(raw.call(int.class, "open")).isZero();
	}

	@Test
	void aSocketThatClosesWhileItsActorSleepsIsNotKept() {
		ActorHandle raw = this.application.actor("raw", "two");
		SilentSocket client = new SilentSocket();
		TransportSocket socket = this.application.runtime()
			.openSocket(new ActorAddress.OrCreated("raw", List.of("two"), null), null, null, null, "/", client);
		await().until(() -> raw.call(int.class, "open") == 1);
		this.application.sleep(raw);
		socket.closed(new CloseReason(1000, "bye"));
		WeakReference<SilentSocket> kept = new WeakReference<>(client);
		client = null;
		await().until(() -> {
			System.gc();
			return kept.get() == null;
		});
		await().untilAsserted(
				() -> assertThat(raw.call(List.class, "heard")).isEqualTo(List.of("closed 1000 bye", "left")));
	}

	@Test
	void subscriptionsHaveALimit() throws Exception {
		RecordedConnection connection = opened("guarded", "collector");
		connection.subscribe("x".repeat(256));
		assertThat(connection.next()).isEqualTo("failed event/too_many_subscriptions");
		for (int i = 0; i < 1000; i++) {
			connection.subscribe("event-" + i);
		}
		connection.subscribe("open");
		assertThat(connection.next()).isEqualTo("failed event/too_many_subscriptions");
		connection.subscribe("event-0");
		connection.call(1, "touched");
		assertThat(connection.next()).isEqualTo("replied 1 0");
	}

	@Test
	void aRefusedSubscriptionLeavesTheConnectionOpen() throws Exception {
		RecordedConnection connection = opened("guarded", "a");
		connection.subscribe("secret");
		assertThat(connection.next()).isEqualTo("failed auth/forbidden");
		connection.subscribe("broken");
		assertThat(connection.next()).isEqualTo("failed rivetkit/internal_error");
		connection.subscribe("open");
		connection.call(1, "tell");
		assertThat(connection.next()).isEqualTo("open [\"hello\"]");
		assertThat(connection.next()).isEqualTo("replied 1 null");
	}

	@Test
	void manySubscribersHearTheSameInTheSameOrder() throws Exception {
		List<RecordedConnection> all = IntStream.range(0, 50).mapToObj((i) -> {
			try {
				return listening("counter", "count");
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}).toList();
		RecordedConnection publisher = connect("counter", null);
		publisher.next();
		for (int i = 0; i < 20; i++) {
			publisher.call(i, "add", 1);
		}
		for (RecordedConnection each : all) {
			for (int i = 1; i <= 20; i++) {
				assertThat(each.next()).isEqualTo("count [" + i + "]");
			}
		}
	}

	@Test
	void whoeverLosesAnActorClosesItsConnections() throws Exception {
		RecordedConnection connection = listening("counter", "count");
		this.application.jdbc().sql("UPDATE rivet_state SET epoch = epoch + 1").update();
		connection.call(2, "add", 1);
		assertThat(connection.next()).isEqualTo("refused 2 actor/restarting");
		assertThat(connection.next()).isEqualTo("closed 1001 actor.stopped");
		RecordedConnection again = listening("counter", "count");
		again.call(2, "add", 1);
		assertThat(again.next()).isEqualTo("count [1]");
	}

	@Test
	void atShutdownClientsAreToldToComeBackAndTheActorLearnsThatTheyLeft() throws Exception {
		RecordedConnection connection = opened("guarded", "a");
		this.application.close();
		assertThat(connection.next()).isEqualTo("closed 1001 actor.stopped");
		start();
		assertThat(guarded().call(List.class, "gone")).isEqualTo(List.of("a"));
	}

	private RecordedConnection listening(String actor, String event) throws InterruptedException {
		RecordedConnection connection = opened(actor, null);
		connection.subscribe(event);
		connection.call(1, "ping");
		assertThat(connection.next()).isEqualTo("replied 1 null");
		return connection;
	}

	/**
	 * Puts an actor to sleep, and holds what wakes it.
	 */
	private FaultyDataSource.Gate holdWake(String actor) {
		String id = this.application.actor(actor, "one").resolve();
		this.application.runtime().administration().fallAsleep(id).join();
		return this.database.holdNextStatement();
	}

	private RecordedConnection opened(String actor, @Nullable Object parameters) throws InterruptedException {
		return RecordedConnection.opened(this.application.runtime(),
				new ActorAddress.OrCreated(actor, List.of("one"), null), parameters);
	}

	private RecordedConnection connect(String actor, @Nullable Object parameters) {
		return new RecordedConnection(this.application.runtime(),
				new ActorAddress.OrCreated(actor, List.of("one"), null), parameters);
	}

	private ActorHandle guarded() {
		return this.application.actor("guarded", "one");
	}

	@Actor("counter")
	static class CounterActor {

		@State
		private long count;

		@Action
		long add(long amount, ActorContext context) {
			this.count += amount;
			context.broadcast("count", this.count);
			return this.count;
		}

		@Action
		void tell(ActorContext context) {
			context.broadcast("count", this.count);
		}

		@Action
		void stream(ActorContext context) {
			context.broadcast("progress", "begun");
			context.broadcast("progress", context.await(awaited));
		}

		@Action
		void ping() {
		}

		@Action
		int hold(boolean wait) throws InterruptedException {
			if (wait) {
				blocked.await();
			}
			return 1;
		}

		@Action
		List<String> names(Connection connection) {
			return List.copyOf(Objects.requireNonNull(connection.parameters(ObjectNode.class)).propertyNames());
		}

		@Action
		int grow(Connection connection) {
			ObjectNode parameters = Objects.requireNonNull(connection.parameters(ObjectNode.class));
			return parameters.put("more", 1).size();
		}

		@Action
		int length(String text) {
			return text.length();
		}

	}

	@Actor("raw")
	static class Raw {

		@State
		private final List<String> heard = new ArrayList<>();

		@OnWebSocket(hibernatable = true)
		void open(ActorWebSocket socket) {
			socket.onText(this.heard::add);
			socket.onClose((code, reason) -> this.heard.add("closed " + code + " " + reason));
		}

		@OnDisconnect
		void left(Connection connection) {
			if (connection.isHibernatable()) {
				this.heard.add("left");
			}
		}

		@Action
		List<String> heard() {
			return this.heard;
		}

		@Action
		int open(ActorContext context) {
			return (int) context.connections().stream().filter(Connection::isHibernatable).count();
		}

	}

	/**
	 * A client that hears nothing.
	 */
	private static final class SilentSocket implements SocketListener {

		@Override
		public void text(String text) {
		}

		@Override
		public void binary(byte[] bytes) {
		}

		@Override
		public void closed(CloseReason reason) {
		}

	}

	@Actor("guarded")
	static class Guarded {

		@State
		private int touched;

		@State
		private List<String> gone = List.of();

		private String stage = "";

		@OnBeforeConnect
		void check(@Nullable String who) throws InterruptedException {
			if ("intruder".equals(who)) {
				turnedAway.complete(null);
				throw new UserError("unwelcome", "Stay out");
			}
			if ("slow before".equals(who)) {
				block();
			}
		}

		@ConnectionState
		Name name(@Nullable String who) throws InterruptedException {
			if ("slow state".equals(who)) {
				block();
			}
			return new Name((who != null) ? who : "nobody");
		}

		@OnConnect
		void connected(@Nullable String who, ActorContext context) throws InterruptedException {
			if ("waiting".equals(who)) {
				this.stage = "waiting";
				context.await(awaited);
			}
			else if ("deaf".equals(who)) {
				while (blocked.getCount() > 0) {
					Thread.onSpinWait();
				}
			}
			else if ("slow".equals(who)) {
				block();
			}
		}

		private void block() throws InterruptedException {
			try {
				blocked.await();
			}
			catch (InterruptedException ex) {
				this.stage = "interrupted";
				throw ex;
			}
		}

		@OnDisconnect
		void disconnected(Connection connection) throws InterruptedException {
			String name = connection.state(Name.class).value;
			if (!name.equals("nobody")) {
				this.gone = IntStream.rangeClosed(0, this.gone.size())
					.mapToObj((i) -> (i < this.gone.size()) ? this.gone.get(i) : name)
					.toList();
			}
			if (name.equals("slow left")) {
				block();
			}
		}

		@CanSubscribe
		boolean maySubscribe(String event) {
			if (event.equals("broken")) {
				throw new IllegalStateException("This stays in the log");
			}
			return !event.equals("secret");
		}

		@Action
		int touch() {
			return ++this.touched;
		}

		@Action
		int touched() {
			return this.touched;
		}

		@Action
		String stage() {
			return this.stage;
		}

		@Action
		void tell(ActorContext context) {
			context.broadcast("open", "hello");
		}

		@Action
		List<String> present(ActorContext context) {
			return context.connections().stream().map((each) -> each.state(Name.class).value).toList();
		}

		@Action
		List<String> gone() {
			return this.gone;
		}

		@Action
		void rename(String name, boolean fail, Connection connection) {
			connection.state(Name.class).value = name;
			if (fail) {
				throw new UserError("changed_my_mind", "Changed my mind");
			}
		}

	}

	/**
	 * Whom a connection belongs to.
	 */
	static final class Name {

		public String value;

		Name() {
			this("");
		}

		Name(String value) {
			this.value = value;
		}

	}

}
