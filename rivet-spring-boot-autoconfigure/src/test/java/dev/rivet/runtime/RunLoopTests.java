package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.rivet.actor.AbortedException;
import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.OnWake;
import dev.rivet.actor.QueueMessage;
import dev.rivet.actor.QueueReceive;
import dev.rivet.actor.Run;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for run loops whose commits fail, and for the sleep of actors with run loops.
 */
@Timeout(30)
class RunLoopTests {

	private static final AtomicInteger wakes = new AtomicInteger();

	private static final AtomicInteger failures = new AtomicInteger();

	private static final List<Integer> received = new CopyOnWriteArrayList<>();

	private static CountDownLatch goOn;

	private static volatile boolean changing;

	@TempDir
	private Path directory;

	private RunningApplication application;

	private ActorRuntime runtime;

	private FaultyDataSource database;

	@BeforeEach
	void start() {
		wakes.set(0);
		failures.set(0);
		changing = true;
		received.clear();
		goOn = new CountDownLatch(1);
		this.application = RunningApplication.startActors(this.directory, Tenacious.class, Failing.class,
				Selective.class, Finite.class, Loaded.class, Draining.class);
		this.runtime = this.application.runtime();
		this.database = this.application.database();
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void aLoopThatGoesOnAfterAFailedCommitLetsOthersHaveTheTurn() {
		ActorHandle tenacious = actor("tenacious");
		await().until(() -> tenacious.call(Integer.class, "rounds") > 0);
		breakDatabase(tenacious);
		await().until(() -> failures.get() >= 3);
		assertThat(tenacious.callAsync(Integer.class, "rounds")).as("a call is answered though nothing can be written")
			.satisfiesAnyOf((call) -> assertThat(call).succeedsWithin(Duration.ofSeconds(10)),
					(call) -> assertThat(call).failsWithin(Duration.ofSeconds(10)));
		this.database.heal();
		await().ignoreExceptions().until(() -> tenacious.call(String.class, "write", "a").equals("a"));
		int rounds = tenacious.call(Integer.class, "rounds");
		await().until(() -> tenacious.call(Integer.class, "rounds") > rounds);
	}

	@Test
	void anActorWhoseLoopIsToStartAgainFallsAsleepNevertheless() {
		ActorHandle failing = actor("failing");
		await().until(() -> failing.call(Integer.class, "rounds") > 0);
		breakDatabase(failing);
		await().until(() -> failures.get() > 0);
		this.database.heal();
		this.runtime.administration().fallAsleep(failing.resolve()).join();
		assertThat(this.runtime.administration().isAwake(failing.resolve())).isFalse();
		await().until(() -> failing.call(Integer.class, "rounds") > 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "selective", "finite" })
	void aMessageThatNobodyReceivesWakesTheActorOnce(String name) {
		ActorHandle actor = actor(name);
		actor.send("nobody", 1);
		await().until(() -> this.application.count("rivet_state WHERE slept_at IS NOT NULL") == 1);
		this.runtime.administration().runDue().join();
		assertThat(this.runtime.administration().isAwake(actor.resolve())).isFalse();
		assertThat(wakes).hasValue(1);
		assertThat(this.application.count("rivet_alarm")).isZero();
		assertThat(this.application.count("rivet_message")).isOne();
	}

	@Test
	void aMessageThatTheLoopWantsIsReceivedThoughAnotherIsNot() {
		ActorHandle selective = actor("selective");
		selective.send("nobody", 1);
		await().until(() -> this.application.count("rivet_state WHERE slept_at IS NOT NULL") == 1);
		selective.send("wanted", 2);
		await().until(() -> this.application.count("rivet_message") == 1);
		this.runtime.administration().fallAsleep(selective.resolve()).join();
		selective.send("wanted", 3);
		this.runtime.administration().crash(selective.resolve());
		this.runtime.administration().runDue().join();
		await().until(() -> this.application.count("rivet_message") == 1);
		assertThat(selective.call(Integer.class, "sum")).isEqualTo(5);
	}

	@ParameterizedTest
	@ValueSource(strings = { "loaded", "draining" })
	void aBacklogIsLeftToTheNextWhenTheApplicationStops(String name) {
		ActorHandle loaded = actor(name);
		loaded.call(Void.class, "load", 3);
		await().until(() -> !received.isEmpty());
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.application::close);
		await().until(() -> !this.runtime.isRunning());
		goOn.countDown();
		stopped.join();
		assertThat(received).containsExactly(1);
		this.application = RunningApplication.startActors(this.directory, Loaded.class, Draining.class);
		await().untilAsserted(() -> assertThat(received).containsExactly(1, 2, 3));
	}

	private ActorHandle actor(String name) {
		return this.application.actor(name, "k");
	}

	/**
	 * Breaks the database between two commits, so that nobody has to doubt their outcome.
	 */
	private void breakDatabase(ActorHandle looping) {
		changing = false;
		looping.call(Integer.class, "rounds");
		this.database.refuse();
		this.database.breakStatements(1);
		changing = true;
	}

	@Actor("tenacious")
	static class Tenacious {

		@State
		private int rounds;

		@State
		private String written = "";

		@Run
		void run(ActorContext context) {
			while (!context.aborted()) {
				try {
					this.rounds += changing ? 1 : 0;
					context.queue().next(QueueReceive.from().within(Duration.ofMillis(20)));
				}
				catch (AbortedException ex) {
					return;
				}
				catch (RuntimeException ex) {
					failures.incrementAndGet();
				}
			}
		}

		@Action
		int rounds() {
			return this.rounds;
		}

		@Action
		String write(String text) {
			this.written = text;
			return this.written;
		}

	}

	@Actor("failing")
	static class Failing {

		@State
		private int rounds;

		@Run
		void run(ActorContext context) {
			try {
				while (true) {
					this.rounds += changing ? 1 : 0;
					context.saveState();
					context.delay(Duration.ofMillis(20));
				}
			}
			catch (RivetException ex) {
				failures.incrementAndGet();
				throw ex;
			}
		}

		@Action
		int rounds() {
			return this.rounds;
		}

	}

	@Actor(name = "selective", sleepTimeout = "50ms")
	static class Selective {

		@State
		private int sum;

		@OnWake
		void wake() {
			wakes.incrementAndGet();
		}

		@Run
		void run(ActorContext context) {
			for (QueueMessage message : context.queue().iterate(QueueReceive.from("wanted"))) {
				this.sum += message.body(Integer.class);
			}
		}

		@Action
		int sum() {
			return this.sum;
		}

	}

	@Actor(name = "finite", sleepTimeout = "50ms")
	static class Finite {

		@OnWake
		void wake() {
			wakes.incrementAndGet();
		}

		@Run
		void run() {
		}

	}

	@Actor("loaded")
	static class Loaded {

		@Run
		void run(ActorContext context) throws InterruptedException {
			for (QueueMessage message : context.queue().iterate(QueueReceive.from("work"))) {
				received.add(message.body(Integer.class));
				goOn.await();
			}
		}

		@Action
		void load(int messages, ActorContext context) {
			IntStream.rangeClosed(1, messages).forEach((message) -> context.queue().send("work", message));
		}

	}

	@Actor("draining")
	static class Draining extends Loaded {

		@Override
		@Run
		void run(ActorContext context) throws InterruptedException {
			Optional<QueueMessage> message = context.queue().tryNext("work");
			while (message.isPresent()) {
				received.add(message.get().body(Integer.class));
				goOn.await();
				message = context.queue().tryNext("work");
			}
			if (!received.isEmpty()) {
				context.destroy();
			}
		}

	}

}
