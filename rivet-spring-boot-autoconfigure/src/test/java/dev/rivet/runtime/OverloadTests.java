package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.QueueReceive;
import dev.rivet.actor.Run;
import dev.rivet.actor.State;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what becomes of work that nobody calls for while all threads that may wait
 * do.
 */
@Timeout(60)
class OverloadTests {

	private static final Set<String> begun = ConcurrentHashMap.newKeySet();

	private static volatile boolean full;

	private static final CompletableFuture<@Nullable Void> gate = new CompletableFuture<>();

	@Test
	void isDoneWhenThereIsRoomAgain(@TempDir Path directory) {
		try (RunningApplication application = start(directory)) {
			RivetClient rivet = application.client();
			ActorHandle acting = rivet.getOrCreate("worker", "acting");
			ActorHandle listening = rivet.getOrCreate("worker", "listening");
			ActorHandle looper = rivet.getOrCreate("looper", "looping");
			acting.call(Void.class, "plan", "act");
			listening.call(Void.class, "plan", "send");
			ActorRuntime runtime = application.runtime();
			String looperId = looper.resolve();
			assertThat(looper.call(String.class, "done")).isEmpty();
			runtime.administration().fallAsleep(looperId).join();
			begun.remove("loop");
			// one thread runs, and three more may wait
			List<CompletableFuture<Void>> waiting = IntStream.range(0, 3)
				.mapToObj((i) -> rivet.getOrCreate("waiter", "" + i).callAsync(Void.class, "waitForTheGate"))
				.toList();
			await().until(() -> runtime.maxWaitingThreads().isEmpty() || runtime.waitingThreads() == 3);
			full = true;
			runtime.administration().wake(looperId);
			await().until(() -> begun.containsAll(Set.of("action", "listener", "loop")));
			gate.complete(null);
			waiting.forEach(CompletableFuture::join);
			await().until(() -> acting.call(String.class, "done").equals("action"));
			await().until(() -> listening.call(String.class, "done").equals("listener"));
			looper.send("work", "done");
			await().until(() -> looper.call(String.class, "done").equals("done"));
		}
	}

	private static RunningApplication start(Path directory) {
		return RunningApplication.startActors(directory, List.of("rivet.threads.max=4"), Waiter.class, Worker.class,
				Looper.class);
	}

	@Actor("waiter")
	static class Waiter {

		@Action
		void waitForTheGate(ActorContext context) {
			context.await(gate);
		}

	}

	@Actor("worker")
	static class Worker {

		@State
		private String done = "";

		@Action
		void plan(String action, ActorContext context) {
			context.schedule().after(Duration.ofMillis(100), action);
		}

		@Action
		void act(ActorContext context) {
			if (!full) {
				plan("act", context);
				return;
			}
			begun.add("action");
			context.delay(Duration.ofMillis(1));
			this.done += "action";
		}

		@Action
		void send(ActorContext context) {
			if (!full) {
				plan("send", context);
				return;
			}
			context.queue().send("jobs", "listener");
		}

		@QueueListener(value = "jobs", attempts = 1)
		void listen(String job, ActorContext context) {
			begun.add("listener");
			context.delay(Duration.ofMillis(1));
			this.done += job;
		}

		@Action
		String done() {
			return this.done;
		}

	}

	@Actor("looper")
	static class Looper {

		@State
		private String done = "";

		@Run
		void run(ActorContext context) {
			begun.add("loop");
			for (var message : context.queue().iterate(QueueReceive.from("work"))) {
				this.done += message.body(String.class);
			}
		}

		@Action
		String done() {
			return this.done;
		}

	}

}
