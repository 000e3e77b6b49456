package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import dev.rivet.actor.AbortedException;
import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import dev.rivet.actor.ConnectionState;
import dev.rivet.actor.OnBeforeActionResponse;
import dev.rivet.actor.OnCreate;
import dev.rivet.actor.OnDestroy;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.OnSleep;
import dev.rivet.actor.OnStateChange;
import dev.rivet.actor.OnWake;
import dev.rivet.actor.Run;
import dev.rivet.actor.State;
import dev.rivet.actor.StateChange;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorAddress;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what runs in the course of an actor's life, and for what stays while it
 * sleeps.
 */
@Timeout(30)
class LifecycleTests {

	private static final Map<String, List<String>> logs = new ConcurrentHashMap<>();

	private static final Map<String, CompletableFuture<String>> stages = new ConcurrentHashMap<>();

	@TempDir
	private Path directory;

	private RunningApplication application;

	private ActorRuntime runtime;

	private RivetClient client;

	private String key;

	@BeforeEach
	void start(TestInfo test) {
		this.key = test.getTestMethod().orElseThrow().getName();
		start();
	}

	private void start() {
		this.application = RunningApplication.startActors(this.directory,
				List.of("rivet.lifecycle-timeout=500ms", "rivet.actors.drowsy.sleep-timeout=50ms",
						"rivet.actors.being.sleep-timeout=999999d", "rivet.actors.insomniac.no-sleep=true",
						"rivet.actors.insomniac.sleep-timeout=50ms", "rivet.actors.stubborn.run-stop-timeout=100ms"),
				Being.class, Drowsy.class, Insomniac.class, Fragile.class, Observed.class, Room.class, Looping.class,
				Restless.class, Throwing.class, Stubborn.class, Slow.class, Blocked.class, Impatient.class);
		this.runtime = this.application.runtime();
		this.client = this.application.client();
	}

	@AfterEach
	void stop() {
		stages.values().forEach((stage) -> stage.complete("late"));
		this.application.close();
	}

	@Test
	void hooksRunInTheirOrder() {
		ActorHandle being = actor("being");
		assertThat(being.call(Integer.class, "add", 1)).isEqualTo(1111);
		this.application.sleep(being);
		assertThat(log()).containsExactly("create", "wake", "sleep");
		assertThat(being.call(Integer.class, "add", 1)).as("with what @OnSleep and @OnWake added").isEqualTo(11212);
		this.runtime.administration().destroy(being.resolve()).join();
		assertThat(log()).containsExactly("create", "wake", "sleep", "wake", "destroy");
		assertThat(actor("being").call(Integer.class, "add", 1)).as("a new one").isEqualTo(1111);
	}

	@Test
	void aHandleDestroysWhatIsThereAndCreatesNothing() {
		ActorHandle being = actor("being");
		being.call(Integer.class, "add", 1);
		being.destroy();
		assertThat(log()).containsExactly("create", "wake", "destroy");
		for (ActorHandle gone : List.of(being, this.client.get("being", this.key))) {
			assertThatExceptionOfType(RivetException.class).isThrownBy(gone::destroy)
				.satisfies((ex) -> assertThat(ex.group() + "/" + ex.code()).isEqualTo("actor/not_found"));
		}
		assertThat(log()).containsExactly("create", "wake", "destroy");
	}

	@Test
	void anActorThatSleepsWakesForItsEnd() {
		ActorHandle being = actor("being");
		being.call(Integer.class, "add", 1);
		this.application.sleep(being);
		this.runtime.administration().destroy(being.resolve()).join();
		assertThat(log()).containsExactly("create", "wake", "sleep", "wake", "destroy");
	}

	@Test
	void theEndOfAnActorThatSleepsClosesItsConnections() throws Exception {
		RecordedConnection connection = connect("room");
		this.application.sleep(actor("room"));
		this.runtime.administration().destroy(actor("room").resolve()).join();
		assertThat(connection.next()).isEqualTo("closed 1000 ");
	}

	@Test
	void anActorThatDestroysItselfRunsItsHookFirst() {
		ActorHandle being = actor("being");
		being.call(Void.class, "end");
		assertThat(log()).containsExactly("create", "wake", "destroy");
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> this.client.get("being", this.key).call(Integer.class, "add", 1))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("not_found"));
	}

	@Test
	void sleepAtShutdownIsDurable() {
		ActorHandle being = actor("being");
		being.call(Integer.class, "add", 1);
		this.application.close();
		start();
		assertThat(actor("being").call(Integer.class, "add", 0)).isEqualTo(11211);
	}

	@Test
	void noCallIsLostToSleep() {
		ActorHandle being = actor("being");
		String id = being.resolve();
		List<CompletableFuture<Integer>> calls = IntStream.range(0, 500).mapToObj((i) -> {
			if (i % 3 == 0) {
				this.runtime.administration().sleep(id);
			}
			return being.callAsync(Integer.class, "add", 1);
		}).toList();
		List<Integer> results = calls.stream().map(CompletableFuture::join).toList();
		assertThat(results).doesNotHaveDuplicates();
		assertThat(being.call(Integer.class, "calls")).isEqualTo(500);
	}

	@Test
	void anIdleActorFallsAsleepAndTheNextCallWakesIt() {
		ActorHandle drowsy = actor("drowsy");
		drowsy.call(Void.class, "touch");
		await().until(() -> log().contains("sleep"));
		drowsy.call(Void.class, "touch");
		assertThat(log()).startsWith("wake", "sleep", "wake");
	}

	@Test
	void anActorThatWasOnlyCreatedFallsAsleepToo() {
		String id = actor("drowsy").resolve();
		await().until(() -> this.runtime.records().findAll(List.of(id)).get(0).sleptAt() != null);
	}

	@Test
	void whatKeepsAnActorAwake() {
		ActorHandle kept = this.client.getOrCreate("drowsy", this.key + "-kept");
		ActorHandle prevented = this.client.getOrCreate("drowsy", this.key + "-prevented");
		ActorHandle insomniac = this.client.getOrCreate("insomniac", this.key + "-insomniac");
		kept.call(Void.class, "keepAwake");
		prevented.call(Void.class, "prevent", true);
		insomniac.call(Void.class, "touch");
		ActorHandle other = actor("drowsy");
		for (int i = 0; i < 3; i++) {
			int sleeps = i + 1;
			other.call(Void.class, "touch");
			await().until(() -> log().stream().filter("sleep"::equals).count() >= sleeps);
		}
		assertThat(log("-kept")).containsExactly("wake");
		assertThat(log("-prevented")).containsExactly("wake");
		assertThat(log("-insomniac")).containsExactly("wake");
		stages.get(this.key + "-kept").complete("done");
		prevented.call(Void.class, "prevent", false);
		await().until(() -> log("-kept").contains("sleep") && log("-prevented").contains("sleep"));
	}

	@Test
	void sleepWaitsForBackgroundWork() {
		ActorHandle drowsy = actor("drowsy");
		drowsy.call(Void.class, "workInBackground");
		drowsy.call(Void.class, "fallAsleep");
		drowsy.call(Void.class, "touch");
		assertThat(log()).containsExactly("wake");
		stages.get(this.key).complete("done");
		await().until(() -> log().contains("sleep"));
	}

	@Test
	void sleepWaitsForBackgroundWorkThatIsAddedMeanwhile() {
		ActorHandle drowsy = actor("drowsy");
		drowsy.call(Void.class, "workInBackground");
		drowsy.call(Void.class, "fallAsleep");
		drowsy.call(Void.class, "workMore");
		stages.get(this.key).complete("done");
		drowsy.call(Void.class, "touch");
		assertThat(log()).containsExactly("wake");
		stages.get(this.key + "-more").complete("done");
		await().until(() -> log().contains("sleep"));
	}

	@Test
	void aStartIsCommittedAsAWhole() {
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> actor("impatient").call(Void.class, "nothing"))
			.satisfies((ex) -> assertThat(ex.is("rivetkit", "internal_error")).isTrue());
	}

	@Test
	void aResultThatNeverComesDoesNotKeepTheActorAwake() {
		ActorHandle slow = actor("slow");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> slow.call(Void.class, "never"))
			.satisfies((ex) -> assertThat(ex.is("action", "timed_out")).isTrue());
		this.application.sleep(slow);
	}

	@Test
	void aCallForAnotherActorDoesNotHoldUpSleep() {
		ActorHandle blocked = actor("blocked");
		String id = blocked.resolve();
		CompletableFuture<Void> block = blocked.callAsync(Void.class, "block");
		await().until(() -> stages.containsKey(this.key));
		CompletableFuture<?> asleep = this.runtime.administration().fallAsleep(id);
		CompletableFuture<Void> misdirected = this.client.getForId("slow", id).callAsync(Void.class, "block");
		stages.get(this.key).complete("done");
		block.join();
		asleep.join();
		assertThat(misdirected.handle((result, failure) -> failure).join()).isNotNull();
	}

	@Test
	void aHookThatFailsOrHangsDoesNotKeepTheActor() {
		ActorHandle fragile = actor("fragile");
		fragile.call(Void.class, "set", 5);
		this.application.sleep(fragile);
		assertThat(fragile.call(Integer.class, "get")).isEqualTo(5);
		fragile.call(Void.class, "set", -1);
		this.runtime.administration().destroy(fragile.resolve()).join();
		assertThat(actor("fragile").call(Integer.class, "get")).isZero();
	}

	@Test
	void stateChangesAreSeenOncePerSegment() {
		ActorHandle observed = actor("observed");
		observed.call(Void.class, "set", 3);
		assertThat(log()).containsExactly("[value] was 0");
		observed.call(Void.class, "setInTwoSegments", 4, 5);
		assertThat(log()).containsExactly("[value] was 0", "[value] was 3", "[value] was 4");
		observed.call(Void.class, "set", 5);
		assertThat(log()).hasSize(3);
		assertThat(observed.call(Integer.class, "changes")).isEqualTo(3);
	}

	@Test
	void aStateChangeCanBeRefused() {
		ActorHandle observed = actor("observed");
		observed.call(Void.class, "set", 3);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> observed.call(Void.class, "set", 666));
		this.application.sleep(observed);
		assertThat(observed.call(Integer.class, "get")).isEqualTo(3);
	}

	@Test
	void responsesCanBeReplaced() {
		assertThat(actor("observed").call(String.class, "greet", "Ann")).isEqualTo("greet: Hello Ann");
	}

	@Test
	void connectionsStayWhileTheActorSleeps() throws Exception {
		RecordedConnection connection = connect("room");
		connection.subscribe("said");
		connection.call(1, "rename", "ann");
		assertThat(connection.next()).isEqualTo("replied 1 null");
		this.application.sleep(actor("room"));
		connection.call(2, "say", "hello");
		connection.call(3, "say", "again");
		assertThat(connection.next()).isEqualTo("said [\"woken\"]");
		assertThat(connection.next()).isEqualTo("said [\"ann: hello\"]");
		assertThat(connection.next()).isEqualTo("replied 2 1");
		assertThat(connection.next()).isEqualTo("said [\"ann: again\"]");
		assertThat(connection.next()).isEqualTo("replied 3 2");
		assertThat(log()).isEmpty();
	}

	@Test
	void whoLeavesWhileTheActorSleepsIsNoticedAtItsWake() throws Exception {
		RecordedConnection leaving = connect("room");
		RecordedConnection staying = connect("room");
		leaving.call(1, "rename", "bob");
		assertThat(leaving.next()).isEqualTo("replied 1 null");
		this.application.sleep(actor("room"));
		leaving.close();
		staying.call(2, "say", "hello");
		assertThat(staying.next()).isEqualTo("replied 2 1");
		assertThat(log()).containsExactly("bob left");
	}

	@Test
	void whoWasConnectedBeforeACrashIsNoticedOnce() throws Exception {
		RecordedConnection connection = connect("room");
		connection.call(1, "rename", "cid");
		assertThat(connection.next()).isEqualTo("replied 1 null");
		this.runtime.ownershipLost();
		assertThat(connection.next()).isEqualTo("closed 1001 actor.stopped");
		assertThat(actor("room").call(Integer.class, "count")).isZero();
		this.application.sleep(actor("room"));
		assertThat(actor("room").call(Integer.class, "count")).isZero();
		assertThat(log()).as("before the first call, whose connection is nobody's")
			.startsWith("cid left")
			.containsOnlyOnce("cid left");
	}

	@Test
	void theRunLoopEndsWithSleepAndStartsWithWake() {
		ActorHandle looping = actor("looping");
		looping.call(Void.class, "touch");
		await().until(() -> log().contains("running"));
		this.application.sleep(looping);
		assertThat(log()).containsExactly("running", "aborted");
		looping.call(Void.class, "touch");
		await().until(() -> log().size() == 3);
		assertThat(looping.call(Integer.class, "rounds")).as("actions run beside it").isPositive();
	}

	@Test
	void anActorWhoseRunLoopHardlyWaitsFallsAsleep() {
		ActorHandle restless = actor("restless");
		for (int i = 0; i < 30; i++) {
			restless.call(Void.class, "touch");
			this.application.sleep(restless);
		}
	}

	@Test
	void aRunLoopThatThrowsLeavesTheActorAlone() {
		ActorHandle throwing = actor("throwing");
		throwing.call(Void.class, "touch");
		await().until(() -> log().contains("throws"));
		throwing.call(Void.class, "touch");
		this.application.sleep(throwing);
	}

	@Test
	void aRunLoopThatDoesNotEndIsInterruptedAndItsSegmentDropped() {
		ActorHandle stubborn = actor("stubborn");
		stubborn.call(Void.class, "touch");
		await().until(() -> log().contains("running"));
		this.application.sleep(stubborn);
		stubborn.call(Void.class, "touch");
		assertThat(stubborn.call(String.class, "state")).isEqualTo("clean");
	}

	private ActorHandle actor(String name) {
		return this.client.getOrCreate(name, this.key);
	}

	private RecordedConnection connect(String name) throws InterruptedException {
		return RecordedConnection.opened(this.runtime, new ActorAddress.OrCreated(name, List.of(this.key), null), null);
	}

	private List<String> log() {
		return log("");
	}

	private List<String> log(String suffix) {
		return log(this.key + suffix, null);
	}

	private static List<String> log(String key, String entry) {
		List<String> log = logs.computeIfAbsent(key, (missing) -> new CopyOnWriteArrayList<>());
		if (entry != null) {
			log.add(entry);
		}
		return log;
	}

	private static void log(ActorContext context, String entry) {
		log(context.key().parts().get(0), entry);
	}

	private static CompletableFuture<String> stage(ActorContext context) {
		return stages.computeIfAbsent(context.key().parts().get(0), (key) -> new CompletableFuture<>());
	}

	@Actor("being")
	static class Being {

		@State
		private int sum;

		@State
		private int calls;

		@OnCreate
		void create(ActorContext context) {
			this.sum += 1000;
			log(context, "create");
		}

		@OnWake
		void wake(ActorContext context) {
			this.sum += 110;
			log(context, "wake");
		}

		@OnSleep
		void sleep(ActorContext context) {
			this.sum += 9990;
			log(context, "sleep");
		}

		@OnDestroy
		void destroy(ActorContext context) {
			log(context, "destroy");
		}

		@Action
		int add(int amount) {
			this.calls++;
			this.sum += amount;
			return this.sum;
		}

		@Action
		int calls() {
			return this.calls;
		}

		@Action
		void end(ActorContext context) {
			context.destroy();
		}

	}

	@Actor("drowsy")
	static class Drowsy {

		@OnWake
		void wake(ActorContext context) {
			log(context, "wake");
		}

		@OnSleep
		void sleep(ActorContext context) {
			log(context, "sleep");
		}

		@Action
		void touch() {
		}

		@Action
		void keepAwake(ActorContext context) {
			context.keepAwake(stage(context));
		}

		@Action
		void prevent(boolean prevent, ActorContext context) {
			context.setPreventSleep(prevent);
		}

		@Action
		void workInBackground(ActorContext context) {
			context.waitUntil(stage(context));
		}

		@Action
		void workMore(ActorContext context) {
			context.waitUntil(
					stages.computeIfAbsent(context.key().parts().get(0) + "-more", (k) -> new CompletableFuture<>()));
		}

		@Action
		void fallAsleep(ActorContext context) {
			context.sleep();
		}

	}

	@Actor("impatient")
	static class Impatient {

		@OnCreate
		void create(ActorContext context) {
			context.saveState();
		}

		@Action
		void nothing() {
		}

	}

	@Actor(name = "slow", actionTimeout = "200ms")
	static class Slow {

		@Action
		CompletableFuture<Void> never() {
			return new CompletableFuture<>();
		}

	}

	@Actor("blocked")
	static class Blocked {

		@Action
		void block(ActorContext context) {
			stage(context).join();
		}

	}

	@Actor("insomniac")
	static class Insomniac extends Drowsy {

	}

	@Actor("fragile")
	static class Fragile {

		@State
		private int value;

		@OnSleep
		void sleep() throws InterruptedException {
			this.value = 100;
			new CountDownLatch(1).await();
		}

		@OnDestroy
		void destroy() {
			throw new IllegalStateException("This failure belongs to the test");
		}

		@Action
		void set(int value) {
			this.value = value;
		}

		@Action
		int get() {
			return this.value;
		}

	}

	@Actor("observed")
	static class Observed {

		@State
		private int value;

		@State
		private int changes;

		@OnStateChange
		void changed(StateChange change, ActorContext context) {
			if (this.value == 666) {
				throw new IllegalArgumentException("This failure belongs to the test");
			}
			log(context, change.fields() + " was " + change.before("value", Integer.class));
			this.changes++;
		}

		@OnBeforeActionResponse
		Object respond(String action, Object result) {
			return (result instanceof String text) ? action + ": " + text : result;
		}

		@Action
		void set(int value) {
			this.value = value;
		}

		@Action
		void setInTwoSegments(int first, int second, ActorContext context) {
			this.value = first;
			context.saveState();
			this.value = second;
		}

		@Action
		int get() {
			return this.value;
		}

		@Action
		int changes() {
			return this.changes;
		}

		@Action
		String greet(String name) {
			return "Hello " + name;
		}

	}

	@Actor("room")
	static class Room {

		@State
		private int said;

		@State
		private boolean known;

		@ConnectionState
		Member member() {
			return new Member("nobody");
		}

		@OnWake
		void wake(ActorContext context) {
			if (this.known) {
				context.broadcast("said", "woken");
			}
			this.known = true;
		}

		@OnDisconnect
		void left(Connection connection, ActorContext context) {
			log(context, connection.state(Member.class).name() + " left");
		}

		@Action
		void rename(String name, Connection connection) {
			connection.setState(new Member(name));
		}

		@Action
		int say(String text, Connection connection, ActorContext context) {
			context.broadcast("said", connection.state(Member.class).name() + ": " + text);
			return ++this.said;
		}

		@Action
		int count() {
			return this.said;
		}

		record Member(String name) {
		}

	}

	@Actor("looping")
	static class Looping {

		private int rounds;

		@Run
		void run(ActorContext context) {
			log(context, "running");
			try {
				while (!context.aborted()) {
					this.rounds++;
					context.delay(Duration.ofMillis(5));
				}
			}
			finally {
				log(context, "aborted");
			}
		}

		@Action
		void touch() {
		}

		@Action
		int rounds() {
			return this.rounds;
		}

	}

	@Actor("restless")
	static class Restless {

		@Run
		void run(ActorContext context) {
			while (!context.aborted()) {
				context.delay(Duration.ofNanos(1));
			}
		}

		@Action
		void touch() {
		}

	}

	@Actor("throwing")
	static class Throwing {

		@Run
		void run(ActorContext context) {
			log(context, "throws");
			throw new IllegalStateException("This failure belongs to the test");
		}

		@Action
		void touch() {
		}

	}

	@Actor("stubborn")
	static class Stubborn {

		@State
		private String state = "clean";

		@Run
		void run(ActorContext context) throws InterruptedException {
			log(context, "running");
			try {
				context.await(stage(context));
			}
			catch (AbortedException ex) {
				this.state = "dirty";
				new CountDownLatch(1).await();
			}
		}

		@Action
		void touch() {
		}

		@Action
		String state() {
			return this.state;
		}

	}

}
