package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.OnCreate;
import dev.rivet.actor.State;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetException;
import dev.rivet.store.FaultyDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what leaves when, with databases that fail and nodes that compete.
 */
@Timeout(30)
class CommitHorizonIntegrationTests {

	private static final AtomicInteger creations = new AtomicInteger();

	@TempDir
	private Path directory;

	private RunningApplication application;

	private FaultyDataSource database;

	private ActorHandle counter;

	@BeforeEach
	void start() {
		this.application = run();
		this.database = this.application.database();
		this.counter = this.application.actor("counter", "one");
		assertThat(add(this.counter, 1)).isEqualTo(1);
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void nobodySeesAChangeBeforeItIsDurable() {
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		CompletableFuture<Long> write = this.counter.callAsync(Long.class, "add", 1);
		gate.awaitReached();
		CompletableFuture<Long> read = this.counter.callAsync(Long.class, "get");
		CompletableFuture<Long> later = this.counter.callAsync(Long.class, "add", 1);
		assertThat(this.application.actor("counter", "other").callAsync(Long.class, "get")).isNotNull();
		assertThat(write).isNotDone();
		assertThat(read).isNotDone();
		gate.open();
		assertThat(write.join()).isEqualTo(2);
		assertThat(read.join()).isEqualTo(2);
		assertThat(later.join()).isEqualTo(3);
	}

	@Test
	void whoeverSawAChangeThatFailedIsToldSoAndTheOldStateIsBack() {
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		CompletableFuture<Long> write = this.counter.callAsync(Long.class, "add", 1);
		gate.awaitReached();
		CompletableFuture<Long> read = this.counter.callAsync(Long.class, "get");
		this.database.refuse();
		this.database.breakStatements(1);
		gate.open();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(write::join);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(read::join)
			.withRootCauseInstanceOf(RivetException.class);
		this.database.heal();
		await().ignoreExceptions().untilAsserted(() -> assertThat(get(this.counter)).isEqualTo(1));
	}

	@Test
	void aDatabaseThatIsAwayIsARetryableErrorAndComesBackByItself() {
		this.database.refuse();
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> add(this.counter, 1));
		this.database.heal();
		await().ignoreExceptions().untilAsserted(() -> assertThat(get(this.counter)).isEqualTo(1));
		assertThat(add(this.counter, 1)).isEqualTo(2);
	}

	@Test
	void aCallerDoesNotWaitForALookUpThatHangs() {
		ActorHandle hasty = this.application.actor("hasty", "one");
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		CompletableFuture<Long> call = hasty.callAsync(Long.class, "count");
		gate.awaitReached();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(call::join)
			.satisfies((ex) -> assertThat(((RivetException) ex.getCause()).is("action", "timed_out")).isTrue());
		gate.open();
		await().ignoreExceptions().untilAsserted(() -> assertThat(hasty.call(Long.class, "count")).isPositive());
	}

	@Test
	void callersDoNotQueueForLookUpsThatHang(@TempDir Path directory) {
		try (RunningApplication application = RunningApplication.startActors(directory,
				List.of("rivet.store.read-timeout=300ms"), CounterActor.class)) {
			application.database().hang();
			List<CompletableFuture<Long>> calls = IntStream.range(0, 8)
				.mapToObj((number) -> application.actor("counter", "asleep-" + number).callAsync(Long.class, "get"))
				.toList();
			for (CompletableFuture<Long> call : calls) {
				assertThatExceptionOfType(CompletionException.class).isThrownBy(call::join)
					.satisfies((ex) -> assertThat(((RivetException) ex.getCause()).is("actor", "restarting")).isTrue());
			}
			application.database().heal();
			await().ignoreExceptions().until(() -> get(application.actor("counter", "asleep-1")) == 0);
		}
	}

	@Test
	void whatATurnCreatesIsThereOnlyIfTheTurnSucceeds() {
		ActorHandle creating = this.application.actor("creating", "one");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> creating.call(Void.class, "fail"));
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> this.application.client().get("counter", "made").resolve())
			.satisfies((ex) -> assertThat(ex.is("actor", "not_found")).isTrue());
		String id = creating.call(String.class, "create");
		assertThat(this.application.client().get("counter", "made").resolve()).isEqualTo(id);
	}

	@Test
	void aCommitWhoseAnswerIsLostIsAppliedOnceAndAnswered() {
		this.database.breakAfterCommits(1);
		assertThat(add(this.counter, 1)).isEqualTo(2);
		assertThat(add(this.counter, 1)).isEqualTo(3);
	}

	@Test
	void anAnswerIsLookedForHoweverLateItIsLost() {
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		CompletableFuture<Long> call = this.counter.callAsync(Long.class, "add", 1);
		gate.awaitReached();
		// longer than the outcome of a failed commit is looked for
		await().pollDelay(Duration.ofSeconds(1)).until(() -> !call.isDone());
		this.database.breakAfterCommits(1);
		gate.open();
		assertThat(call.join()).isEqualTo(2);
	}

	@Test
	void aReadMakesNoCommit() {
		int before = this.database.commits();
		for (int i = 0; i < 20; i++) {
			get(this.counter);
		}
		assertThat(this.database.commits()).isEqualTo(before);
	}

	@Test
	void whoHasLostAnActorAnswersNothingAndClaimsItAnew() {
		this.application.jdbc().sql("UPDATE rivet_state SET epoch = epoch + 1").update();
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> add(this.counter, 1))
			.satisfies((ex) -> assertThat(ex.is("actor", "restarting")).isTrue());
		assertThat(get(this.counter)).isEqualTo(1);
		assertThat(add(this.counter, 1)).isEqualTo(2);
	}

	@Test
	void aLivingOwnerIsNotStolenFromAndOneThatStopsGivesItsActorsAway() {
		try (RunningApplication other = run()) {
			ActorHandle same = other.actor("counter", "one");
			assertThatExceptionOfType(RivetException.class).isThrownBy(() -> get(same))
				.satisfies((ex) -> assertThat(ex.is("actor", "restarting")).isTrue());
			this.application.close();
			assertThat(get(same)).isEqualTo(1);
			assertThat(add(same, 1)).isEqualTo(2);
		}
	}

	@Test
	void twoNodesCreateAnActorOnce() {
		try (RunningApplication other = run()) {
			for (int i = 0; i < 20; i++) {
				String key = "race-" + i;
				int before = creations.get();
				List<CompletableFuture<String>> racing = new ArrayList<>();
				for (RunningApplication node : List.of(this.application, other)) {
					for (int caller = 0; caller < 4; caller++) {
						racing.add(CompletableFuture.supplyAsync(() -> node.actor("counter", key).resolve()));
					}
				}
				assertThat(racing.stream().map(CompletableFuture::join).distinct()).hasSize(1);
				await().untilAsserted(() -> assertThat(creations.get() - before).isEqualTo(1));
			}
		}
	}

	private RunningApplication run() {
		return RunningApplication.startActors(this.directory, CounterActor.class, Hasty.class, Creating.class);
	}

	private static long add(ActorHandle counter, long amount) {
		return counter.call(Long.class, "add", amount);
	}

	private static long get(ActorHandle counter) {
		return counter.call(Long.class, "get");
	}

	@Actor("counter")
	static class CounterActor {

		@State
		private long count;

		@OnCreate
		void created() {
			creations.incrementAndGet();
		}

		@Action
		long add(long amount) {
			this.count += amount;
			return this.count;
		}

		@Action
		long get() {
			return this.count;
		}

	}

	@Actor(name = "hasty", actionTimeout = "200ms")
	static class Hasty {

		private long count;

		@Action
		long count() {
			return ++this.count;
		}

	}

	@Actor("creating")
	static class Creating {

		@State
		private Object value = "";

		@Action
		String create(ActorContext context) {
			return context.client().create("counter", "made").resolve();
		}

		@Action
		void fail(ActorContext context) {
			this.value = new Object() {

				@SuppressWarnings("unused")
				public String getText() {
					throw new IllegalStateException("This failure belongs to the test");
				}

			};
			create(context);
		}

	}

}
