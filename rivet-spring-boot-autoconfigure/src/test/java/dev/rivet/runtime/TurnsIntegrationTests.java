package dev.rivet.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.OnBeforeActionResponse;
import dev.rivet.actor.OnCreate;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.ActorOptions;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for turns and segments as an application sees them.
 */
@Timeout(15)
class TurnsIntegrationTests {

	private static final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

	private static RunningApplication application;

	private static RivetClient client;

	private String key;

	@BeforeAll
	static void start(@TempDir Path directory) {
		application = RunningApplication.startActors(directory, ProbeActor.class, SlowActor.class, Created.class);
		client = application.client();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void nameKey(TestInfo test) {
		this.key = test.getTestMethod().orElseThrow().getName();
	}

	@Test
	void stateIsKept() {
		Probe probe = client.getOrCreate(Probe.class, this.key).as();
		assertThat(probe.add(5)).isEqualTo(5);
		assertThat(client.get("probe", this.key).call(Long.class, "add", 2)).isEqualTo(7);
	}

	@Test
	void stateSurvivesSleep() {
		ActorHandle probe = probe();
		probe.call(Long.class, "add", 3);
		application.sleep(probe);
		assertThat(probe.call(Long.class, "add", 1)).isEqualTo(4);
		assertThat(probe.call(String.class, "ephemeral")).isEqualTo("initial");
	}

	@Test
	void anExceptionDiscardsWhatItsTurnChanged() {
		ActorHandle probe = probe();
		probe.call(Long.class, "add", 1);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> probe.call(Void.class, "addAndFail", 10))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("too_much"))
			.satisfies((ex) -> assertThat(ex.metadata()).isEqualTo(Map.of("amount", 10)));
		assertThat(probe.call(Long.class, "add", 1)).isEqualTo(2);
		assertThat(probe.call(String.class, "ephemeral")).isEqualTo("failed");
	}

	@Test
	void whatWasSavedBeforeAnExceptionStays() {
		ActorHandle probe = probe();
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> probe.call(Void.class, "saveAndFail", 10));
		application.sleep(probe);
		assertThat(probe.call(Long.class, "add", 0)).isEqualTo(10);
	}

	@Test
	void aStateThatCannotBeSerialisedFailsTheCallAndLeavesWhatWasDurable() {
		ActorHandle probe = probe();
		probe.call(Long.class, "add", 1);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> probe.call(Void.class, "breakState"))
			.satisfies((ex) -> assertThat(ex.is("state", "invalid_type")).isTrue());
		assertThat(probe.call(Long.class, "add", 1)).isEqualTo(2);
	}

	@Test
	void anInternalErrorTellsNothing() {
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> probe().call(Void.class, "crash"))
			.withMessageNotContaining("secret")
			.satisfies((ex) -> assertThat(ex.is("rivetkit", "internal_error")).isTrue());
	}

	@Test
	void argumentsThatDoNotFitAreNamed() {
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> probe().call(Long.class, "add", "five"))
			.withMessageContaining("'add'")
			.withMessageContaining("argument 0")
			.withMessageContaining("long");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> probe().call(Void.class, "bytes", 5))
			.withMessageContaining("expected byte[], got number");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> probe().call(Long.class, "add"));
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> probe().call(Long.class, "add", 1, 2));
		assertThat(probe().<String>call(String.class, "optional")).isEqualTo("nothing");
	}

	@Test
	void callsOfANewActorArriveInTheirOrder() {
		for (int i = 0; i < 50; i++) {
			ActorHandle fresh = client.getOrCreate("probe", this.key, String.valueOf(i));
			CompletableFuture<Long> first = fresh.callAsync(Long.class, "add", 1);
			CompletableFuture<Long> second = fresh.callAsync(Long.class, "add", 1);
			CompletableFuture<Long> third = fresh.callAsync(Long.class, "add", 1);
			assertThat(List.of(first.join(), second.join(), third.join())).containsExactly(1L, 2L, 3L);
		}
	}

	@Test
	void turnsOfOneActorDoNotOverlap() {
		List<CompletableFuture<Long>> calls = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			calls.add(probe().callAsync(Long.class, "readThenWrite"));
		}
		calls.forEach(CompletableFuture::join);
		assertThat(probe().call(Long.class, "add", 0)).isEqualTo(1000);
	}

	@Test
	void twoActorsThatCallEachOtherDoNotDeadlock() {
		assertThat(probe().<Long>call(Long.class, "callBack", this.key, this.key + "-other")).isEqualTo(1);
	}

	@Test
	void awaitLetsOtherTurnsRun() {
		gates.put(this.key, new CountDownLatch(1));
		CompletableFuture<String> waiting = probe().callAsync(String.class, "waitForGate");
		await().untilAsserted(() -> assertThat(probe().<Long>call(Long.class, "add", 1)).isPositive());
		gates.get(this.key).countDown();
		assertThat(waiting.join()).isEqualTo("opened");
	}

	@Test
	void aBlockedActorDoesNotHoldUpAnother() {
		gates.put(this.key, new CountDownLatch(1));
		CompletableFuture<String> blocked = probe().callAsync(String.class, "block");
		assertThat(client.getOrCreate("probe", this.key, "other").call(Long.class, "add", 1)).isEqualTo(1);
		assertThat(blocked).isNotDone();
		gates.get(this.key).countDown();
		assertThat(blocked.join()).isEqualTo("unblocked");
	}

	@Test
	void aReturnedStageIsAnsweredWhenItIsDone() {
		gates.put(this.key, new CountDownLatch(1));
		CompletableFuture<String> later = probe().callAsync(String.class, "later");
		assertThat(probe().call(Long.class, "add", 1)).isEqualTo(1);
		gates.get(this.key).countDown();
		assertThat(later.join()).isEqualTo("later");
	}

	@Test
	void aTimedOutActionIsInterruptedAndDiscarded() {
		ActorHandle slow = client.getOrCreate("slow", this.key);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> slow.call(Void.class, "hang"))
			.satisfies((ex) -> assertThat(ex.is("action", "timed_out")).isTrue());
		await().ignoreExceptions().until(() -> slow.<Integer>call(Integer.class, "count") == 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ignoreInterrupts", "answerLate" })
	void aTimedOutActionThatGoesOnIsDiscardedWhenItReturns(String action) {
		gates.put(this.key, new CountDownLatch(1));
		ActorHandle slow = client.getOrCreate("slow", this.key);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> slow.call(Void.class, action))
			.satisfies((ex) -> assertThat(ex.is("action", "timed_out")).isTrue());
		gates.get(this.key).countDown();
		await().ignoreExceptions().until(() -> slow.<Integer>call(Integer.class, "count") == 0);
	}

	@Test
	void manyCallsBetweenActorsFinishWithFewThreads() {
		List<CompletableFuture<Long>> calls = IntStream.range(0, 40)
			.mapToObj((i) -> client.getOrCreate("probe", this.key, "caller-" + i)
				.callAsync(Long.class, "addTo", this.key + "-shared"))
			.toList();
		calls.forEach(CompletableFuture::join);
		assertThat(client.getOrCreate("probe", this.key + "-shared").call(Long.class, "add", 0)).isEqualTo(40);
	}

	@Test
	@Timeout(60)
	void idleActorsHoldNoThreads() {
		probe().call(Long.class, "add", 1);
		int before = Thread.activeCount();
		List<CompletableFuture<Long>> calls = IntStream.range(0, 10_000)
			.mapToObj((i) -> client.getOrCreate("probe", this.key, String.valueOf(i)).callAsync(Long.class, "add", 1))
			.toList();
		calls.forEach(CompletableFuture::join);
		await().atMost(30, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(Thread.activeCount()).isLessThanOrEqualTo(before + 2));
	}

	@Test
	void anActorIsCreatedOnceWithItsInput() {
		List<CompletableFuture<String>> calls = IntStream.range(0, 50)
			.mapToObj((i) -> CompletableFuture.supplyAsync(() -> client
				.getOrCreate("created", List.of(this.key), ActorOptions.input(new Created.Input("given")))
				.call(String.class, "log")))
			.toList();
		assertThat(calls).allSatisfy((call) -> assertThat(call.join()).isEqualTo("[created with given]"));
	}

	@Test
	void anActorThatCannotBeCreatedTellsWhyAndIsTriedAgain() {
		ActorHandle created = client.getOrCreate("created", List.of(this.key),
				ActorOptions.input(new Created.Input("bad")));
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> created.call(String.class, "log"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("bad_input"));
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> created.call(String.class, "log"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("bad_input"));
	}

	@Test
	void aDestroyedActorIsGoneAndItsKeyIsFree() {
		ActorHandle probe = probe();
		probe.call(Long.class, "add", 5);
		String id = probe.resolve();
		probe.call(Void.class, "destroy");
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> client.getForId("probe", id).call(Long.class, "add", 1))
			.satisfies((ex) -> assertThat(ex.is("actor", "not_found")).isTrue());
		assertThat(probe.call(Long.class, "add", 1)).isEqualTo(1);
		assertThat(probe.resolve()).isNotEqualTo(id);
	}

	@Test
	void creatingAKeyTwiceFails() {
		client.create("probe", this.key);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> client.create("probe", this.key))
			.withMessage("Actor already exists with name 'probe' and key '[\"%s\"]' "
					+ "(https://www.rivet.dev/docs/clients/javascript)", this.key)
			.satisfies((ex) -> assertThat(ex.is("actor", "duplicate_key")).isTrue());
	}

	@Test
	void whatDoesNotExistIsNotFound() {
		assertNotFound(() -> client.get("probe", "missing").call(Void.class, "add", 1));
		assertNotFound(() -> client.getForId("probe", "missing").call(Void.class, "add", 1));
		String id = probe().resolve();
		assertNotFound(() -> client.getForId("slow", id).call(Void.class, "add", 1));
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> probe().call(Void.class, "nothing"))
			.satisfies((ex) -> assertThat(ex.is("action", "not_found")).isTrue());
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> client.getOrCreate("nobody", "x").call(Void.class, "nothing"))
			.satisfies((ex) -> assertThat(ex.is("actor", "unknown_name")).isTrue());
	}

	@Test
	void callersShareNoObjectsWithActors() {
		byte[] sent = { 1, 2, 3 };
		byte[] received = probe().call(byte[].class, "keep", (Object) sent);
		sent[0] = 9;
		received[1] = 9;
		assertThat(probe().<byte[]>call(byte[].class, "kept")).containsExactly(1, 2, 3);
	}

	@Test
	void contextCallsFromOtherThreadsAreRefusedButMayQueueATurn() {
		assertThat(probe().<String>call(String.class, "misuse")).contains("IllegalStateException");
		await().untilAsserted(() -> assertThat(probe().<Long>call(Long.class, "add", 0)).isEqualTo(100));
	}

	private ActorHandle probe() {
		return client.getOrCreate("probe", this.key);
	}

	private static void assertNotFound(Runnable call) {
		assertThatExceptionOfType(RivetException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.is("actor", "not_found")).isTrue());
	}

	@Actor("probe")
	static class ProbeActor {

		@State
		private long sum;

		@State
		private Object anything = "serialisable";

		@State
		private byte[] bytes = {};

		private String ephemeral = "initial";

		@Action
		long add(long amount) {
			this.sum += amount;
			return this.sum;
		}

		@Action
		void addAndFail(int amount) {
			this.sum += amount;
			this.ephemeral = "failed";
			throw new UserError("too_much", "Too much", Map.of("amount", amount));
		}

		@Action
		void saveAndFail(long amount, ActorContext context) {
			this.sum += amount;
			context.saveState();
			this.sum += amount;
			throw new UserError("That was it");
		}

		@Action
		void breakState() {
			this.sum = 77;
			this.anything = this;
		}

		@Action
		void crash() {
			throw new IllegalArgumentException("secret");
		}

		public ProbeActor getSelf() {
			return this;
		}

		@Action
		String ephemeral() {
			return this.ephemeral;
		}

		@Action
		void bytes(byte[] value) {
		}

		@Action
		String optional(Optional<String> value) {
			return value.orElse("nothing");
		}

		@Action
		long readThenWrite() {
			long before = this.sum;
			Thread.yield();
			this.sum = before + 1;
			return this.sum;
		}

		@Action
		long callBack(String self, String other, ActorContext context) {
			return context.client().getOrCreate("probe", other).call(Long.class, "callAdd", self);
		}

		@Action
		long callAdd(String other, ActorContext context) {
			return context.client().getOrCreate("probe", other).call(Long.class, "add", 1);
		}

		@Action
		long addTo(String other, ActorContext context) {
			return context.client().getOrCreate("probe", other).call(Long.class, "add", 1);
		}

		@Action
		String waitForGate(ActorContext context) {
			CountDownLatch gate = gates.get(context.key().parts().get(0));
			context.await(CompletableFuture.runAsync(() -> pass(gate)));
			return "opened";
		}

		@Action
		String block(ActorContext context) {
			pass(gates.get(context.key().parts().get(0)));
			return "unblocked";
		}

		@Action
		CompletableFuture<String> later(ActorContext context) {
			CountDownLatch gate = gates.get(context.key().parts().get(0));
			return CompletableFuture.supplyAsync(() -> {
				pass(gate);
				return "later";
			});
		}

		@Action
		void destroy(ActorContext context) {
			context.destroy();
		}

		@Action
		byte[] keep(byte[] bytes) {
			this.bytes = bytes;
			return bytes;
		}

		@Action
		byte[] kept() {
			return this.bytes;
		}

		@Action
		String misuse(ActorContext context) {
			return CompletableFuture.supplyAsync(() -> {
				context.run(() -> this.sum += 100);
				try {
					context.saveState();
					return "allowed";
				}
				catch (IllegalStateException ex) {
					return ex.toString();
				}
			}).join();
		}

		private static void pass(CountDownLatch gate) {
			try {
				gate.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	@Actor(name = "slow", actionTimeout = "200ms")
	static class SlowActor {

		@State
		private int count;

		@Action
		void hang() throws InterruptedException {
			this.count++;
			new CountDownLatch(1).await();
		}

		@Action
		void ignoreInterrupts(ActorContext context) {
			this.count++;
			outlast(context);
		}

		@Action
		void answerLate() {
			this.count++;
		}

		@OnBeforeActionResponse
		Object respond(String action, Object result, ActorContext context) {
			if (action.equals("answerLate")) {
				outlast(context);
			}
			return result;
		}

		private static void outlast(ActorContext context) {
			boolean over = false;
			while (!over) {
				try {
					gates.get(context.key().parts().get(0)).await();
					over = true;
				}
				catch (InterruptedException ex) {
					// it goes on
				}
			}
		}

		@Action
		int count() {
			return this.count;
		}

	}

	@Actor("created")
	static class Created {

		@State
		private final List<String> log = new ArrayList<>();

		@OnCreate
		void create(Input input) {
			if (input.text().equals("bad")) {
				throw new UserError("bad_input", "That will not do");
			}
			this.log.add("created with " + input.text());
		}

		@Action
		String log() {
			return this.log.toString();
		}

		record Input(String text) {
		}

	}

	@dev.rivet.client.ActorApi("probe")
	interface Probe {

		long add(long amount);

		default Probe as() {
			return this;
		}

	}

}
