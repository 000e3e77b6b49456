package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorHandle;
import dev.rivet.store.FaultyDataSource.Gate;
import jakarta.annotation.PreDestroy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what is kept of an actor that falls asleep while changes of it fail.
 */
@Timeout(60)
class FallingAsleepTests {

	private static final CountDownLatch ending = new CountDownLatch(1);

	private static final CountDownLatch gone = new CountDownLatch(1);

	@Test
	void aJobWhoseCancellationIsLostKeepsItsAlarm(@TempDir Path directory) throws Exception {
		try (RunningApplication application = RunningApplication.startActors(directory, Planner.class)) {
			ActorHandle planner = application.actor("planner");
			planner.call(Void.class, "plan");
			assertThat(application.count("rivet_alarm")).isEqualTo(1);
			Gate gate = application.database().holdNextStatement();
			CompletableFuture<Void> cancelled = planner.callAsync(Void.class, "cancelAndSleep");
			gate.awaitReached();
			ending.await();
			application.database().breakStatements(1);
			application.database().refuseAfterBreaking();
			gate.open();
			await().until(cancelled::isCompletedExceptionally);
			application.database().heal();
			gone.countDown();
			// it starts anew when it has fallen asleep
			planner.call(Void.class, "nothing");
			assertThat(application.count("rivet_schedule")).isEqualTo(1);
			assertThat(application.count("rivet_alarm")).isEqualTo(1);
		}
	}

	@Actor("planner")
	static class Planner {

		@Action
		void plan(ActorContext context) {
			context.schedule().after(Duration.ofHours(1), "plan");
		}

		@Action
		void nothing() {
		}

		@Action
		void cancelAndSleep(ActorContext context) {
			context.schedule().list().forEach((job) -> context.schedule().cancel(job.id()));
			context.sleep();
		}

		@PreDestroy
		void end() throws InterruptedException {
			ending.countDown();
			gone.await();
		}

	}

}
