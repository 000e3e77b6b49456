package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.rivet.actor.AbortController;
import dev.rivet.actor.AbortedException;
import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.CanPublish;
import dev.rivet.actor.Queue;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.QueueMessage;
import dev.rivet.actor.QueueReceive;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.IntNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the durable queues of actors.
 */
@Timeout(30)
class QueueTests {

	private static CompletableFuture<Object> event;

	@TempDir
	private Path directory;

	private RunningApplication application;

	private ActorRuntime runtime;

	private RivetClient client;

	private String key;

	@BeforeEach
	void start(TestInfo test) {
		event = new CompletableFuture<>();
		this.key = test.getTestMethod().orElseThrow().getName();
		start();
	}

	private void start() {
		this.application = RunningApplication
			.startActors(this.directory,
					List.of("rivet.actors.inbox.max-queue-size=5", "rivet.actors.worker.max-queue-size=100",
							"rivet.actors.inbox.max-queue-message-size=100B"),
					Inbox.class, Worker.class, Looping.class);
		this.runtime = this.application.runtime();
		this.client = this.application.client();
	}

	@AfterEach
	void stop() {
		event.complete("");
		this.application.close();
	}

	@Test
	void messagesAreReceivedInOrderByName() {
		ActorHandle inbox = actor("inbox");
		inbox.send("a", 1);
		inbox.send("b", 2);
		inbox.send("a", 3);
		assertThat(inbox.call(List.class, "tryNext", "b")).containsExactly("b 2");
		assertThat(inbox.call(List.class, "tryNext", "c")).isEmpty();
		assertThat(inbox.call(List.class, "tryBatch", 10)).containsExactly("a 1", "a 3");
		assertThat(inbox.call(List.class, "tryBatch", 10)).isEmpty();
	}

	@Test
	void aReceiverWaitsAndOthersTakeTurnsMeanwhile() {
		ActorHandle inbox = actor("inbox");
		CompletableFuture<List<?>> waiting = inbox.callAsync(List.class, "next", "a").thenApply((list) -> list);
		assertThat(inbox.call(Integer.class, "sum")).isZero();
		inbox.send("b", 1);
		inbox.send("a", 2);
		assertThat(waiting.join()).isEqualTo(List.of("a 2"));
		assertThat(inbox.call(List.class, "nextWithin", 20)).isEqualTo(List.of("b 1"));
		assertThat(inbox.call(List.class, "nextWithin", 20)).isEmpty();
		assertThat(inbox.call(String.class, "nextUntilSignal")).isEqualTo("aborted");
	}

	@Test
	void messagesSurviveSleepAndAnExceptionPutsThemBack() {
		ActorHandle inbox = actor("inbox");
		inbox.send("a", 5);
		this.application.sleep(inbox);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> inbox.call(Void.class, "addAndFail"))
			.satisfies((ex) -> assertThat(ex.is("user", "no")).isTrue());
		assertThat(inbox.call(Integer.class, "sum")).isZero();
		assertThat(inbox.call(Integer.class, "add")).isEqualTo(5);
		this.application.sleep(inbox);
		assertThat(inbox.call(List.class, "tryBatch", 10)).isEmpty();
		assertThat(inbox.call(Integer.class, "sum")).isEqualTo(5);
	}

	@Test
	void aMessageThatIsNotCompletedIsReceivedAgain() {
		ActorHandle inbox = actor("inbox");
		inbox.send("a", 5);
		assertThat(inbox.call(Integer.class, "peek")).isZero();
		assertThat(inbox.call(Integer.class, "peek")).isEqualTo(1);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> inbox.call(Void.class, "completeAndFail"));
		assertThat(inbox.call(Integer.class, "peek")).isEqualTo(3);
		this.application.sleep(inbox);
		assertThat(inbox.call(Integer.class, "peek")).isEqualTo(4);
		assertThat(inbox.call(String.class, "takeTwo")).isEqualTo("queue/previous_message_not_completed");
		assertThat(inbox.call(String.class, "completeTwice")).isEqualTo("queue/already_completed");
		assertThat(inbox.call(List.class, "tryBatch", 10)).isEmpty();
	}

	@Test
	void aSenderThatWaitsGetsTheReply() {
		ActorHandle worker = actor("worker");
		assertThat(worker.sendAndWait("double", 21, Duration.ofSeconds(10)))
			.isEqualTo(new QueueResult(true, IntNode.valueOf(42)));
		assertThat(worker.sendAndWait("add", 3, Duration.ofSeconds(10))).isEqualTo(QueueResult.COMPLETED);
		assertThat(actor("inbox").sendAndWait("nobody", 1, Duration.ofMillis(20))).isEqualTo(QueueResult.TIMED_OUT);
		assertThat(worker.call(Integer.class, "sum")).isEqualTo(3);
	}

	@Test
	void waitsMayBeLongerThanTheClockCanTell() {
		ActorHandle inbox = actor("inbox");
		CompletableFuture<QueueResult> waiting = this.runtime.send(
				new ActorAddress.OrCreated("inbox", List.of(this.key), null), "a", IntNode.valueOf(5), true,
				Duration.ofSeconds(Long.MAX_VALUE), null, null, null);
		assertThat(inbox.call(String.class, "completeTwice")).isEqualTo("queue/already_completed");
		assertThat(waiting.join().completed()).isTrue();
		CompletableFuture<List<?>> next = inbox.callAsync(List.class, "nextWithin", Long.MAX_VALUE)
			.thenApply((list) -> list);
		inbox.send("b", 6);
		assertThat(next.join()).isEqualTo(List.of("b 6"));
	}

	@Test
	void aSenderThatWaitsForEverIsToldWhenTheActorFallsAsleep() {
		CompletableFuture<QueueResult> sender = sendForEver("looping");
		assertThat(sender.join()).isEqualTo(QueueResult.TIMED_OUT);
		await().until(() -> this.application.count("rivet_state WHERE slept_at IS NOT NULL") == 1);
		assertThat(this.application.count("rivet_message")).isOne();
	}

	@Test
	void aMessageThatComesWhenSleepIsAskedIsHandledFirst() {
		ActorHandle worker = actor("worker");
		worker.call(void.class, "pause");
		CompletableFuture<Void> busy = worker.callAsync(void.class, "sleepAfter");
		CompletableFuture<QueueResult> sender = this.runtime.send(
				new ActorAddress.OrCreated("worker", List.of(this.key), null), "double", IntNode.valueOf(21), true,
				null, null, null, null);
		event.complete("");
		assertThat(sender.join()).isEqualTo(new QueueResult(true, IntNode.valueOf(42)));
		busy.join();
		await().until(() -> this.application.count("rivet_state WHERE slept_at IS NOT NULL") == 1);
	}

	@Test
	void whatIsSentToTheDeadHasALimitOfItsOwn() {
		ActorHandle worker = actor("worker");
		for (int i = 0; i < 100; i++) {
			worker.send("jobs.dead", i);
		}
		refused(() -> worker.send("jobs.dead", 100), "queue/full");
		worker.send("unheard", "of");
	}

	@Test
	void sendersThatWaitAreToldWhenTheApplicationIsAboutToStop() {
		CompletableFuture<QueueResult> sender = sendForEver("inbox");
		await().until(() -> this.application.count("rivet_message") == 1);
		assertThat(sender).isNotDone();
		this.runtime.refuse();
		assertThat(sender.join()).isEqualTo(QueueResult.TIMED_OUT);
		assertThat(this.application.count("rivet_message")).isOne();
	}

	private CompletableFuture<QueueResult> sendForEver(String name) {
		return this.runtime.send(new ActorAddress.OrCreated(name, List.of(this.key), null), "nobody",
				IntNode.valueOf(1), true, null, null, null, null);
	}

	@Test
	void messagesAreChecked() {
		ActorHandle inbox = actor("inbox");
		refused(() -> inbox.send("a", "x".repeat(100)), "queue/message_too_large");
		refused(() -> inbox.send("typed", "no number"), "queue/invalid_payload");
		refused(() -> inbox.send("secret", 1), "auth/forbidden");
		refused(() -> inbox.send("x".repeat(256), 1), "request/invalid");
		refused(() -> inbox.send("x\0", 1), "request/invalid");
		IntStream.range(0, 5).forEach((i) -> inbox.send("typed", i));
		refused(() -> inbox.send("typed", 5), "queue/full");
		assertThat(inbox.call(String.class, "replyWrongly")).isEqualTo("queue/invalid_completion_payload");
		assertThat(inbox.call(List.class, "tryBatch", 10)).hasSize(5);
	}

	@Test
	void aListenerHandlesMessagesAndPoisonGoesToTheDeadLetters() {
		ActorHandle worker = actor("worker");
		worker.send("jobs", -1);
		IntStream.rangeClosed(1, 50).forEach((i) -> worker.send("jobs", i));
		await().until(() -> worker.call(Integer.class, "sum") == 50 * 51 / 2);
		await().until(() -> worker.call(List.class, "dead").equals(List.of("jobs.dead -1 3")));
		assertThat(worker.sendAndWait("double", 4, Duration.ofSeconds(10)).reply()).isEqualTo(IntNode.valueOf(8));
		refused(() -> worker.sendAndWait("jobs", -2, Duration.ofSeconds(10)), "user/negative");
		assertThat(this.application.count("rivet_message WHERE name = 'jobs.dead'")).as("there when the sender is told")
			.isEqualTo(2);
	}

	@Test
	void aListenerWakesForWhatWasLeftAtACrash() {
		ActorHandle worker = actor("worker");
		worker.call(Void.class, "pause");
		worker.send("jobs", 7);
		this.runtime.ownershipLost();
		assertThat(worker.call(Integer.class, "sum")).isIn(0, 7);
		await().until(() -> worker.call(Integer.class, "sum") == 7);
	}

	@Test
	void theRunLoopConsumesOnceWhateverHappens() {
		ActorHandle looping = actor("looping");
		List<CompletableFuture<?>> sent = new ArrayList<>();
		for (int i = 1; i <= 300; i++) {
			sent.add(looping.sendAsync("work", i));
			if (i % 50 == 0) {
				this.application.sleep(looping);
			}
		}
		sent.forEach(CompletableFuture::join);
		await().until(() -> looping.call(Integer.class, "sum") == 300 * 301 / 2);
		this.application.sleep(looping);
		assertThat(looping.call(Integer.class, "sum")).isEqualTo(300 * 301 / 2);
	}

	@Test
	void anActorWhoseRunLoopWaitsForAMessageMaySleep() {
		ActorHandle looping = actor("looping");
		looping.send("work", 1);
		await().until(() -> looping.call(Integer.class, "sum") == 1);
		await().until(() -> this.application.count("rivet_state WHERE slept_at IS NOT NULL") == 1);
		looping.send("work", 2);
		await().until(() -> looping.call(Integer.class, "sum") == 3);
	}

	@Test
	void whatWasSentInAFailedCommitIsNotInTheQueue() throws Exception {
		ActorHandle inbox = actor("inbox");
		inbox.send("a", 1);
		FaultyDataSource database = this.application.database();
		FaultyDataSource.Gate gate = database.holdNextStatement();
		CompletableFuture<@Nullable Void> lost = inbox.sendAsync("a", 2);
		gate.awaitReached();
		database.breakStatements(1);
		database.refuse();
		gate.open();
		assertThat(lost.handle((nothing, failure) -> failure).join()).isNotNull();
		database.heal();
		await().until(() -> inbox.callAsync(List.class, "tryBatch", 10)
			.thenApply((list) -> list.equals(List.of("a 1")))
			.exceptionally((ex) -> false)
			.join());
	}

	@Test
	void rowsGoWithTheActor() {
		ActorHandle inbox = actor("inbox");
		inbox.send("a", 1);
		assertThat(this.application.count("rivet_message")).isOne();
		this.runtime.administration().destroy(inbox.resolve()).join();
		assertThat(this.application.count("rivet_message")).isZero();
	}

	private static void refused(Runnable call, String error) {
		assertThatExceptionOfType(RivetException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.group() + "/" + ex.code()).isEqualTo(error));
	}

	private ActorHandle actor(String name) {
		return this.client.getOrCreate(name, this.key);
	}

	@Actor("inbox")
	@Queue(name = "typed", body = Integer.class, reply = String.class)
	static class Inbox {

		@State
		private int sum;

		@CanPublish("secret")
		boolean canPublish() {
			return false;
		}

		@Action
		List<String> tryNext(String name, ActorContext context) {
			return texts(context.queue().tryNext(name).stream().toList());
		}

		@Action
		List<String> tryBatch(int max, ActorContext context) {
			return texts(context.queue().tryNextBatch(max, QueueReceive.from()));
		}

		@Action
		List<String> next(String name, ActorContext context) {
			return texts(List.of(context.queue().next(name)));
		}

		@Action
		List<String> nextWithin(long millis, ActorContext context) {
			return texts(context.queue().next(QueueReceive.from().within(Duration.ofMillis(millis))).stream().toList());
		}

		@Action
		String nextUntilSignal(ActorContext context) {
			AbortController controller = new AbortController();
			CompletableFuture.delayedExecutor(10, java.util.concurrent.TimeUnit.MILLISECONDS)
				.execute(controller::abort);
			try {
				context.queue().next(QueueReceive.from().until(controller.signal()));
				return "received";
			}
			catch (AbortedException ex) {
				return "aborted";
			}
		}

		@Action
		int add(ActorContext context) {
			this.sum += context.queue().next("a").body(Integer.class);
			return this.sum;
		}

		@Action
		void addAndFail(ActorContext context) {
			add(context);
			throw new UserError("no", "This failure belongs to the test");
		}

		@Action
		int peek(ActorContext context) {
			return context.queue().next(QueueReceive.from("a").asCompletable()).orElseThrow().retries();
		}

		@Action
		void completeAndFail(ActorContext context) {
			context.queue().next(QueueReceive.from("a").asCompletable()).orElseThrow().complete();
			throw new UserError("no", "This failure belongs to the test");
		}

		@Action
		String takeTwo(ActorContext context) {
			context.queue().next(QueueReceive.from("a").asCompletable());
			return code(() -> context.queue().tryNext());
		}

		@Action
		String completeTwice(ActorContext context) {
			QueueMessage message = context.queue().next(QueueReceive.from("a").asCompletable()).orElseThrow();
			message.complete();
			return code(message::complete);
		}

		@Action
		String replyWrongly(ActorContext context) {
			QueueMessage message = context.queue().next(QueueReceive.from("typed").asCompletable()).orElseThrow();
			return code(() -> message.complete(5));
		}

		@Action
		int sum() {
			return this.sum;
		}

		private static String code(Runnable task) {
			try {
				task.run();
				return "nothing";
			}
			catch (RivetException ex) {
				return ex.group() + "/" + ex.code();
			}
		}

		private static List<String> texts(List<QueueMessage> messages) {
			return messages.stream().map((message) -> message.name() + " " + message.body(Object.class)).toList();
		}

	}

	@Actor("worker")
	static class Worker {

		@State
		private int sum;

		@QueueListener(value = "jobs", attempts = 3, backoff = "5ms")
		void job(int amount) {
			this.sum += amount;
			if (amount < 0) {
				throw new UserError("negative", "This failure belongs to the test");
			}
		}

		@QueueListener("double")
		int twice(int number) {
			return 2 * number;
		}

		@QueueListener("add")
		void add(int amount, QueueMessage message, ActorContext context) {
			context.delay(Duration.ofMillis(1));
			this.sum += amount;
		}

		@Action
		List<String> dead(ActorContext context) {
			Optional<QueueMessage> dead = context.queue().tryNext(QueueReceive.from("jobs.dead").asCompletable());
			return dead.map((message) -> List.of("jobs.dead " + message.body(Integer.class) + " " + 3))
				.orElse(List.of());
		}

		@Action
		void pause() {
		}

		@Action
		void sleepAfter(ActorContext context) {
			context.sleep();
			event.join();
		}

		@Action
		int sum() {
			return this.sum;
		}

		@Action
		Map<String, Integer> state() {
			return Map.of("sum", this.sum);
		}

	}

	@Actor(name = "looping", sleepTimeout = "50ms")
	static class Looping {

		@State
		private int sum;

		@Run
		void run(ActorContext context) {
			for (QueueMessage message : context.queue().iterate(QueueReceive.from("work"))) {
				this.sum += message.body(Integer.class);
			}
		}

		@Action
		int sum() {
			return this.sum;
		}

	}

}
