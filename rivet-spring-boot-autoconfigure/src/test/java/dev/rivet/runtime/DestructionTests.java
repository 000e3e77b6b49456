package dev.rivet.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import dev.rivet.actor.AbortedException;
import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.OnDestroy;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.OnSleep;
import dev.rivet.actor.OnStateChange;
import dev.rivet.actor.OnWake;
import dev.rivet.actor.Run;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorAddress;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.QueueResult;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import dev.rivet.store.FaultyDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.IntNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the end of an actor, whoever destroys it, and for what waits in it then; also
 * if it is not destroyed but given up.
 */
@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class DestructionTests {

	private static final Map<String, CompletableFuture<String>> stages = new ConcurrentHashMap<>();

	private static final List<String> log = new CopyOnWriteArrayList<>();

	@TempDir
	private Path directory;

	private RunningApplication application;

	private ActorRuntime runtime;

	private FaultyDataSource database;

	@BeforeEach
	void start() {
		log.clear();
		stages.clear();
		this.application = RunningApplication.startActors(this.directory, Room.class, Weary.class, Brief.class,
				Waiter.class, Looping.class, Strict.class);
		this.runtime = this.application.runtime();
		this.database = this.application.database();
	}

	@AfterEach
	void stop() {
		this.database.heal();
		stages.values().forEach((stage) -> stage.complete("late"));
		this.application.close();
	}

	@Test
	void whoeverLeavesLastMayDestroyTheActor() throws Exception {
		String id = actor("room").resolve();
		RecordedConnection connection = RecordedConnection.opened(this.runtime, address("room"), null);
		connection.close();
		await().until(() -> isDestroyed(id) && !this.runtime.administration().isAwake(id));
		assertThat(error(() -> byId("room", id).call(Integer.class, "add"))).isEqualTo("actor/not_found");
		assertThat(actor("room").call(Integer.class, "add")).as("of a new one").isOne();
	}

	@Test
	void anActorMayBeDestroyedWhenItWakes() {
		ActorHandle weary = actor("weary");
		assertThat(weary.call(Integer.class, "wakes")).isOne();
		String id = weary.resolve();
		this.runtime.administration().fallAsleep(id).join();
		assertThat(error(() -> byId("weary", id).call(Integer.class, "wakes"))).isEqualTo("actor/not_found");
		assertThat(isDestroyed(id)).isTrue();
		assertThat(this.runtime.administration().isAwake(id)).isFalse();
	}

	@Test
	void anActorMayBeDestroyedWhenItFallsAsleep() {
		ActorHandle brief = actor("brief");
		brief.call(Integer.class, "add");
		String id = brief.resolve();
		this.runtime.administration().fallAsleep(id).join();
		assertThat(isDestroyed(id)).isTrue();
		assertThat(brief.call(Integer.class, "add")).as("of a new one").isOne();
	}

	@Test
	void whoeverWaitsInADestroyedActorIsToldSo() {
		ActorHandle waiting = actor("waiting");
		waiting.call(Void.class, "touch");
		CompletableFuture<QueueResult> sender = send("waiting");
		CompletableFuture<String> caller = waiting.callAsync(String.class, "await");
		CompletableFuture<String> staged = waiting.callAsync(String.class, "stage");
		await().until(() -> stages.containsKey("await") && stages.containsKey("stage"));
		this.runtime.administration().destroy(waiting.resolve()).join();
		assertThat(error(sender::join)).as("its message was there").isEqualTo("actor/aborted");
		assertThat(error(caller::join)).isEqualTo("actor/not_found");
		stages.get("stage").complete("late");
		assertThat(error(staged::join)).isEqualTo("actor/not_found");
	}

	@Test
	void whatIsDueIsDoneWhenTheEndOfItsActorIsDurable() {
		String id = actor("room").resolve();
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		this.runtime.administration().destroy(id);
		gate.awaitReached();
		CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(gate::open);
		this.runtime.administration().runDue().join();
		assertThat(isDestroyed(id)).isTrue();
	}

	@Test
	void whoeverHasHadAnEffectInADestroyedActorIsNotAskedToRepeatIt() {
		ActorHandle waiting = actor("waiting");
		waiting.call(Void.class, "touch");
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		CompletableFuture<String> caller = waiting.callAsync(String.class, "touchAndAwait");
		await().until(() -> stages.containsKey("await"));
		gate.awaitReached();
		CompletableFuture<?> destroyed = this.runtime.administration().destroy(waiting.resolve());
		gate.open();
		destroyed.join();
		assertThat(error(caller::join)).isEqualTo("actor/aborted");
	}

	@Test
	void whoeverWaitsInAnActorThatIsGivenUpIsNotAskedToRepeatWhatIsDurable() {
		ActorHandle waiting = actor("waiting");
		waiting.call(Void.class, "touch");
		CompletableFuture<QueueResult> sender = send("waiting");
		CompletableFuture<String> caller = waiting.callAsync(String.class, "await");
		await().until(() -> stages.containsKey("await"));
		this.runtime.administration().crash(waiting.resolve());
		assertThat(error(sender::join)).isEqualTo("rivetkit/internal_error");
		assertThat(error(caller::join)).isEqualTo("actor/restarting");
	}

	@Test
	void runLoopsEndWithTheirActors(CapturedOutput output) {
		List<String> ids = IntStream.range(0, 10).mapToObj((i) -> {
			ActorHandle looping = client().getOrCreate("looping", "" + i);
			looping.call(Void.class, "touch");
			return looping.resolve();
		}).toList();
		await().until(() -> log.size() == 10);
		ids.subList(0, 5).forEach((id) -> this.runtime.administration().destroy(id).join());
		ids.subList(5, 10).forEach(this.runtime.administration()::crash);
		await().untilAsserted(() -> assertThat(log.stream().filter("ended"::equals)).hasSize(10));
		this.application.close();
		assertThat(output).doesNotContain("does not run until");
	}

	@Test
	void whatTheHookChangesCannotKeepTheActorAlive() {
		ActorHandle strict = actor("strict");
		strict.call(Void.class, "set", 1);
		String id = strict.resolve();
		this.runtime.administration().destroy(id).join();
		assertThat(isDestroyed(id)).isTrue();
	}

	@Test
	void aTurnWhoseChangeIsRefusedDestroysNothing() {
		ActorHandle strict = actor("strict");
		assertThat(error(() -> strict.call(Void.class, "setAndDestroy", -1))).isEqualTo("user/negative");
		assertThat(strict.call(Integer.class, "get")).isZero();
		assertThat(log).as("@OnDestroy has not run").isEmpty();
	}

	@Test
	void callsQueuedBehindADestructionReachANewActor() {
		ActorHandle room = actor("room");
		room.call(Integer.class, "add");
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		CompletableFuture<?> destroyed = this.runtime.administration().destroy(room.resolve());
		List<CompletableFuture<Integer>> calls = IntStream.range(0, 20)
			.mapToObj((i) -> room.callAsync(Integer.class, "add"))
			.toList();
		gate.awaitReached();
		assertThat(destroyed).isNotDone();
		gate.open();
		destroyed.join();
		assertThat(calls.stream().map(CompletableFuture::join))
			.containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 20).boxed().toList());
	}

	@Test
	void nobodyHearsOfADestructionBeforeItIsDurable() {
		ActorHandle room = actor("room");
		room.call(Integer.class, "add");
		String id = room.resolve();
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		CompletableFuture<?> destroyed = this.runtime.administration().destroy(id);
		CompletableFuture<Integer> behind = byId("room", id).callAsync(Integer.class, "add");
		gate.awaitReached();
		assertThat(behind).isNotDone();
		this.database.breakStatements(1);
		this.database.refuse();
		gate.open();
		assertThat(error(destroyed::join)).isEqualTo("actor/restarting");
		assertThat(error(behind::join)).isEqualTo("actor/restarting");
		this.database.heal();
		await().ignoreExceptions().until(() -> byId("room", id).call(Integer.class, "add") == 2);
	}

	private RivetClient client() {
		return this.application.client();
	}

	private ActorHandle actor(String name) {
		return client().getOrCreate(name, "k");
	}

	private ActorHandle byId(String name, String id) {
		return client().getForId(name, id);
	}

	private static ActorAddress address(String name) {
		return new ActorAddress.OrCreated(name, List.of("k"), null);
	}

	/**
	 * Sends a message that nobody receives, and waits for ever until it is completed.
	 */
	private CompletableFuture<QueueResult> send(String name) {
		CompletableFuture<QueueResult> sender = this.runtime.send(address(name), "nobody", IntNode.valueOf(1), true,
				null, null, null, null);
		await().until(() -> this.application.count("rivet_message") == 1);
		return sender;
	}

	private boolean isDestroyed(String id) {
		return this.runtime.records().findAll(List.of(id)).get(0).destroyedAt() != null;
	}

	private static String error(Supplier<?> call) {
		try {
			return "result " + call.get();
		}
		catch (RuntimeException ex) {
			RivetException error = (RivetException) Errors.unwrap(ex);
			return error.group() + "/" + error.code();
		}
	}

	private static CompletableFuture<String> stageOf(String name) {
		return stages.computeIfAbsent(name, (missing) -> new CompletableFuture<>());
	}

	@Actor("room")
	static class Room {

		@State
		private int sum;

		@OnDisconnect
		void left(ActorContext context) {
			if (this.sum == 0 && context.connections().isEmpty()) {
				context.destroy();
			}
		}

		@Action
		int add() {
			return ++this.sum;
		}

	}

	@Actor("weary")
	static class Weary {

		@State
		private int wakes;

		@OnWake
		void wake(ActorContext context) {
			if (++this.wakes > 1) {
				context.destroy();
			}
		}

		@Action
		int wakes() {
			return this.wakes;
		}

	}

	@Actor("brief")
	static class Brief {

		@State
		private int sum;

		@OnSleep
		void sleep(ActorContext context) {
			this.sum = 100;
			context.destroy();
		}

		@Action
		int add() {
			return ++this.sum;
		}

	}

	@Actor("waiting")
	static class Waiter {

		@State
		private int touched;

		@Action
		void touch() {
			this.touched++;
		}

		@Action
		String await(ActorContext context) {
			return context.await(stageOf("await"));
		}

		@Action
		String touchAndAwait(ActorContext context) {
			this.touched++;
			return await(context);
		}

		@Action
		CompletableFuture<String> stage() {
			return stageOf("stage");
		}

	}

	@Actor("looping")
	static class Looping {

		@State
		private boolean ended;

		@Run
		void run(ActorContext context) {
			log.add("begun");
			try {
				context.queue().next();
			}
			catch (AbortedException ex) {
				this.ended = true;
			}
			finally {
				log.add("ended");
			}
		}

		@Action
		void touch() {
		}

	}

	@Actor("strict")
	static class Strict {

		@State
		private int value;

		@OnDestroy
		void end() {
			log.add("end");
			this.value = -1;
		}

		@OnStateChange
		void changed() {
			if (this.value < 0) {
				throw new UserError("negative", "This failure belongs to the test");
			}
		}

		@Action
		void set(int value) {
			this.value = value;
		}

		@Action
		void setAndDestroy(int value, ActorContext context) {
			this.value = value;
			context.destroy();
		}

		@Action
		int get() {
			return this.value;
		}

	}

}
