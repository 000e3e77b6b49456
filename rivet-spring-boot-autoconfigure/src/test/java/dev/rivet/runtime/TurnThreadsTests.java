package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.OnCreate;
import dev.rivet.autoconfigure.RunningApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests for turns that need each other while few of them may run at a time.
 */
@Timeout(60)
class TurnThreadsTests {

	private RunningApplication application;

	@BeforeEach
	void start(@TempDir Path directory) {
		// one thread runs, and three more may wait
		this.application = RunningApplication.startActors(directory, List.of("rivet.threads.max=4"), Busy.class,
				Calling.class);
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void turnsThatHaveWaitedComeBackToBusyActors() throws Exception {
		for (int i = 0; i < 10; i++) {
			awaitAll(List.of("a", "b", "a", "b"), "busy", "workAndWait");
		}
	}

	@Test
	void actorsThatCallOthersStart() throws Exception {
		awaitAll(IntStream.range(0, 3).mapToObj(String::valueOf).toList(), "calling", "nothing");
	}

	private void awaitAll(List<String> keys, String actor, String action) throws Exception {
		CompletableFuture
			.allOf(keys.stream()
				.map((key) -> this.application.actor(actor, key).callAsync(Void.class, action))
				.toArray(CompletableFuture[]::new))
			.get(10, TimeUnit.SECONDS);
	}

	@Actor("busy")
	static class Busy {

		@Action
		void workAndWait(ActorContext context) throws InterruptedException {
			// longer than the wait, so that the other call has the turn by then
			Thread.sleep(20);
			context.delay(Duration.ofMillis(1));
		}

		@Action
		void nothing() {
		}

	}

	@Actor("calling")
	static class Calling {

		@OnCreate
		void create(ActorContext context) {
			context.client().getOrCreate("busy", context.key().parts().get(0)).call(Void.class, "nothing");
		}

		@Action
		void nothing() {
		}

	}

}
