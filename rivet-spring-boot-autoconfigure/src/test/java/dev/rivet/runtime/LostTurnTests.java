package dev.rivet.runtime;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Run;
import dev.rivet.actor.State;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetException;
import dev.rivet.store.FaultyDataSource;
import dev.rivet.store.FaultyDataSource.Gate;
import jakarta.annotation.PreDestroy;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for turns that wait and whose changes from before the wait get lost meanwhile.
 */
@Timeout(30)
class LostTurnTests {

	private static CompletableFuture<Object> event;

	private static CountDownLatch waiting;

	private static final AtomicInteger destroyed = new AtomicInteger();

	@TempDir
	private Path directory;

	private RunningApplication application;

	private FaultyDataSource database;

	private ActorHandle counter;

	@BeforeEach
	void start() {
		event = new CompletableFuture<>();
		waiting = new CountDownLatch(1);
		destroyed.set(0);
		this.application = RunningApplication.startActors(this.directory, Patient.class, Looping.class);
		this.database = this.application.database();
		this.counter = actor("patient", "one");
		this.counter.call(void.class, "receive");
		assertThat(this.counter.call(long.class, "add", 1)).isEqualTo(1);
	}

	@AfterEach
	void stop() {
		event.complete("");
		this.application.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "addAndAwait", "addAndReturnStage", "addAndReceive", "addAndAwaitWhateverHappens",
			"addAndReturnStageWhateverHappens" })
	void aChangeThatIsLostDuringAWaitIsNotAcknowledged(String action) throws Exception {
		this.database.refuse();
		CompletableFuture<Long> sum = this.counter.callAsync(long.class, action, 1);
		waiting.await();
		await().ignoreExceptions().until(() -> this.counter.call(long.class, "get") == 1);
		this.database.heal();
		event.complete("");
		assertThatFailsWith(sum, "actor", "restarting");
		assertThat(this.counter.call(long.class, "get")).isEqualTo(1);
	}

	@Test
	void aCallWhoseFirstPartIsDurableIsNotToBeRepeated() {
		CompletableFuture<Long> sum = this.counter.callAsync(long.class, "addAndReturnStage", 1);
		assertThat(this.counter.call(long.class, "get")).isEqualTo(2);
		this.application.runtime().ownershipLost();
		event.complete("");
		assertThatFailsWith(sum, "rivetkit", "internal_error");
	}

	@Test
	void aCallThatIsLostBetweenItsWaitsIsToBeRepeated() throws Exception {
		Gate gate = this.database.holdNextStatement();
		CompletableFuture<Void> before = this.counter.callAsync(void.class, "put");
		gate.awaitReached();
		CompletableFuture<Long> sum = this.counter.callAsync(long.class, "addAndReceiveAndGoOn", 1);
		waiting.await();
		this.database.breakStatements(1);
		this.database.refuseAfterBreaking();
		gate.open();
		assertThatFailsWith(before, "actor", "restarting");
		this.database.heal();
		event.complete("");
		assertThatFailsWith(sum, "actor", "restarting");
		assertThat(this.counter.call(long.class, "get")).isEqualTo(1);
	}

	@Test
	void aCallWhoseFirstPartMayBeDurableIsNotToBeRepeated() throws Exception {
		Gate gate = this.database.holdNextStatement();
		CompletableFuture<Long> sum = this.counter.callAsync(long.class, "addTwice", 1);
		gate.awaitReached();
		this.counter.callAsync(void.class, "signal");
		waiting.await();
		this.database.breakAfterCommits(1);
		this.database.refuseAfterBreaking();
		gate.open();
		assertThatFailsWith(sum, "rivetkit", "internal_error");
		this.database.heal();
		await().ignoreExceptions().until(() -> this.counter.call(long.class, "get") == 2);
	}

	@Test
	void aCallThatHasCalledAnotherActorIsNotToBeRepeated() {
		ActorHandle caller = actor("patient", "caller");
		assertThat(caller.call(long.class, "add", 1)).isEqualTo(1);
		CompletableFuture<Long> sum = caller.callAsync(long.class, "addToOtherAndWait", "one");
		await().until(() -> this.counter.call(long.class, "get") == 2);
		this.database.refuse();
		event.complete("");
		assertThatFailsWith(sum, "rivetkit", "internal_error");
	}

	@Test
	void aRunLoopThatCatchesALossGoesOnWithWhatIsDurable() {
		ActorHandle loop = actor("looping", "one");
		loop.send("add", 1);
		await().until(() -> loop.call(long.class, "get") == 1);
		this.database.refuse();
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> loop.send("add", 10));
		this.database.heal();
		await().ignoreExceptions().until(() -> loop.call(long.class, "get") == 1);
		loop.send("add", 1);
		await().until(() -> loop.call(long.class, "get") == 2);
	}

	@Test
	void theObjectOfAnActorThatIsGivenUpIsDestroyed() {
		this.application.runtime().ownershipLost();
		await().until(() -> destroyed.get() == 1);
	}

	@Test
	void theObjectOfAnActorThatCrashesHearsNothing() {
		this.application.runtime().administration().crash(this.counter.resolve());
		assertThat(this.counter.call(long.class, "get")).isEqualTo(1);
		this.application.sleep(this.counter);
		assertThat(destroyed).as("only the second object").hasValue(1);
	}

	@Test
	void theObjectOfAnActorThatIsGivenUpIsDestroyedWhenNothingOfItRuns() throws Exception {
		this.counter.callAsync(long.class, "addAndReceiveAndGoOn", 1);
		waiting.await();
		assertThatItIsDestroyedAfterTheEvent();
	}

	@Test
	void theObjectOfAnActorThatIsGivenUpIsDestroyedWhenNoResultIsToCome() {
		this.counter.callAsync(long.class, "addAndReturnStage", 1);
		assertThat(this.counter.call(long.class, "get")).isEqualTo(2);
		assertThatItIsDestroyedAfterTheEvent();
	}

	@Test
	void theObjectOfADestroyedActorIsDestroyedWhenNothingOfItRuns() {
		this.counter.callAsync(long.class, "addAndReturnStage", 1);
		assertThat(this.counter.call(long.class, "get")).isEqualTo(2);
		this.counter.destroy();
		assertThat(destroyed).as("something of it still runs").hasValue(0);
		event.complete("");
		await().until(() -> destroyed.get() == 1);
	}

	private void assertThatItIsDestroyedAfterTheEvent() {
		this.application.runtime().ownershipLost();
		// the next activation finds another object
		await().ignoreExceptions().until(() -> this.counter.call(long.class, "get") > 0);
		assertThat(destroyed).as("something of it still runs").hasValue(0);
		event.complete("");
		await().until(() -> destroyed.get() == 1);
	}

	private static void assertThatFailsWith(CompletableFuture<?> call, String group, String code) {
		assertThatExceptionOfType(CompletionException.class).isThrownBy(call::join)
			.havingCause()
			.asInstanceOf(InstanceOfAssertFactories.type(RivetException.class))
			.returns(group, RivetException::group)
			.returns(code, RivetException::code);
	}

	private ActorHandle actor(String name, String key) {
		return this.application.actor(name, key);
	}

	@Actor("patient")
	static class Patient {

		@State
		private long count;

		@PreDestroy
		void end() {
			destroyed.incrementAndGet();
		}

		@Action
		long get() {
			return this.count;
		}

		@Action
		long add(long amount) {
			this.count += amount;
			return this.count;
		}

		@Action
		long addAndAwait(long amount, ActorContext context) {
			long sum = add(amount);
			waiting.countDown();
			context.await(event);
			return sum;
		}

		@Action
		long addAndAwaitWhateverHappens(long amount, ActorContext context) {
			try {
				return addAndAwait(amount, context);
			}
			catch (RuntimeException ex) {
				return this.count + amount;
			}
		}

		@Action
		CompletableFuture<Long> addAndReturnStageWhateverHappens(long amount, ActorContext context) {
			long sum = addAndAwaitWhateverHappens(amount, context);
			return CompletableFuture.supplyAsync(() -> sum,
					CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS));
		}

		@Action
		CompletableFuture<Long> addAndReturnStage(long amount) {
			long sum = add(amount);
			waiting.countDown();
			return event.thenApply((ignored) -> sum);
		}

		@Action
		void receive(ActorContext context) {
			context.queue().tryNext("add");
		}

		@Action
		long addAndReceive(long amount, ActorContext context) {
			long sum = add(amount);
			waiting.countDown();
			receive(context);
			context.await(event);
			return sum;
		}

		@Action
		void put(ActorContext context) {
			context.kv().put("key", "value");
		}

		@Action
		long addAndReceiveAndGoOn(long amount, ActorContext context) {
			long sum = add(amount);
			receive(context);
			waiting.countDown();
			event.join();
			receive(context);
			return sum;
		}

		@Action
		long addTwice(long amount, ActorContext context) {
			add(amount);
			receive(context);
			return add(amount);
		}

		@Action
		void signal() {
			waiting.countDown();
		}

		@Action
		long addToOtherAndWait(String other, ActorContext context) {
			context.client().getOrCreate("patient", other).call(long.class, "add", 1);
			context.await(event);
			return add(1);
		}

	}

	@Actor("looping")
	static class Looping {

		@State
		private long count;

		@Run
		void run(ActorContext context) {
			while (!context.aborted()) {
				try {
					this.count += context.queue().next("add").body(long.class);
				}
				catch (RivetException ex) {
					context.log().info("It goes on: {}", ex.getMessage());
				}
			}
		}

		@Action
		long get() {
			return this.count;
		}

	}

}
