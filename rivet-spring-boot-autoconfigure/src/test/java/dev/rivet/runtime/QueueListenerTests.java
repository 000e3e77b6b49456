package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Cron;
import dev.rivet.actor.OnSleep;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.QueueMessage;
import dev.rivet.actor.QueueReceive;
import dev.rivet.actor.Run;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.QueueResult;
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
 * Tests for messages that are completed, or not, by those who wait or fail meanwhile.
 */
@Timeout(30)
class QueueListenerTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final List<String> log = new CopyOnWriteArrayList<>();

	private static CompletableFuture<String> event = new CompletableFuture<>();

	private static FaultyDataSource database;

	@TempDir
	private Path directory;

	private RunningApplication application;

	@BeforeEach
	void start() {
		log.clear();
		event = new CompletableFuture<>();
		this.application = RunningApplication.startActors(this.directory,
				List.of("rivet.actors.looping.max-queue-size=5", "rivet.actors.staging.action-timeout=2s"),
				Looping.class, Stubborn.class, Early.class, Mourning.class, Talking.class, Nightly.class, Storing.class,
				Staging.class, Passing.class, Leaving.class);
		database = this.application.database();
	}

	@AfterEach
	void stop() {
		event.complete("");
		this.application.close();
	}

	@Test
	void whatARunLoopHasCompletedDoesNotFillItsQueue() {
		ActorHandle looping = actor("looping");
		for (int i = 0; i < 20; i++) {
			assertThat(looping.sendAndWait("work", i, PATIENCE).completed()).isTrue();
		}
	}

	@Test
	void whatWaitsWhenTheApplicationStopsIsLeftToTheNext() {
		ActorHandle leaving = actor("leaving");
		List.of("1", "2", "3").forEach((message) -> leaving.send("work", message));
		await().until(() -> !log.isEmpty());
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.application::close);
		await().until(() -> !this.application.runtime().isRunning());
		event.complete("");
		stopped.join();
		assertThat(log).containsExactly("1", "asleep");
		this.application = RunningApplication.startActors(this.directory, Leaving.class);
		await().untilAsserted(() -> assertThat(log).containsExactly("1", "asleep", "2", "3"));
	}

	@Test
	void aFullQueuePassesItsMessagesOn() {
		ActorHandle passing = actor("passing");
		assertThat(passing.sendAndWait("first", "x", PATIENCE).completed()).isTrue();
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> passing.send("first", "y"))
			.satisfies((ex) -> assertThat(ex.is("queue", "full")).isTrue());
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> passing.send("first", "y".repeat(10)))
			.satisfies((ex) -> assertThat(ex.is("queue", "message_too_large")).isTrue());
	}

	@Test
	void aRunLoopThatGoesOnReceivesAgainWhatItsFailedSegmentHadCompleted() {
		ActorHandle stubborn = actor("stubborn");
		stubborn.send("work", 1);
		event.complete("");
		await().untilAsserted(() -> assertThat(log).containsExactly("received", "failed", "received"));
		await().untilAsserted(() -> assertThat(messages()).isZero());
	}

	@Test
	void aListenerThatFailsAfterItHasCompletedItsMessageDoesNotGetItAgain() {
		ActorHandle early = actor("early");
		assertThat(early.sendAndWait("jobs", 1, PATIENCE).completed()).isTrue();
		assertThat(early.sendAndWait("jobs", 2, PATIENCE).completed()).isTrue();
		event.complete("");
		assertThat(early.sendAndWait("jobs", 3, PATIENCE).completed()).isTrue();
		await().untilAsserted(() -> assertThat(messages()).isZero());
		assertThat(log).containsExactly("1", "2", "3");
	}

	@Test
	void deadLettersWakeTheirListenerWhichHasItsOwnAttempts() {
		ActorHandle mourning = actor("mourning");
		mourning.send("jobs", 1);
		await().untilAsserted(() -> assertThat(log).containsExactly("job", "dead 0"));
		this.application.sleep(mourning);
		assertThat(this.application.count("rivet_alarm")).isOne();
	}

	@Test
	void aListenerDoesNotWaitForThatOfAnotherQueue() {
		ActorHandle talking = actor("talking");
		QueueResult result = talking.sendAndWait("questions", 1, PATIENCE);
		assertThat(result.completed()).isTrue();
		assertThat(String.valueOf(result.reply())).isEqualTo("\"42\"");
	}

	@Test
	void whatAListenerHandlesWakesTheActorAgainAfterACrash() {
		ActorHandle nightly = actor("nightly");
		nightly.send("jobs", 1);
		await().untilAsserted(() -> assertThat(log).hasSize(1));
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> nightly.call(Void.class, "write", true));
		nightly.call(Void.class, "write", false);
		this.application.runtime().administration().crash(nightly.resolve());
		// alarms of actors that are owned are not looked at each second
		await().atMost(Duration.ofSeconds(25)).untilAsserted(() -> assertThat(log).hasSize(2));
	}

	@Test
	void whatTheDatabaseDoesNotAcceptIsAFailedAttempt() {
		this.application.jdbc()
			.sql("create trigger refusing before insert on rivet_value begin select raise(abort, 'refused'); end")
			.update();
		ActorHandle storing = actor("storing");
		storing.send("jobs", 1);
		await().untilAsserted(() -> assertThat(
				this.application.jdbc().sql("select name from rivet_message").query(String.class).list())
			.containsExactly("jobs.dead"));
		assertThat(log).hasSizeLessThan(5);
	}

	@Test
	void whatTheDatabaseDoesNotAcceptIsNotTheFaultOfOtherMessages() {
		this.application.jdbc()
			.sql("create trigger refusing before insert on rivet_value begin select raise(abort, 'refused'); end")
			.update();
		ActorHandle storing = actor("storing");
		List.of("one that waits", "a bad one", "one", "two", "three").forEach((body) -> storing.send("mixed", body));
		event.complete("");
		await().untilAsserted(() -> assertThat(
				this.application.jdbc().sql("select name from rivet_message").query(String.class).list())
			.containsExactly("mixed.dead"));
		assertThat(storing.call(int.class, "handled")).isEqualTo(4);
	}

	@Test
	void whatAnActionWithoutAnEndHasReceivedIsReceivedAgain() {
		ActorHandle staging = actor("staging");
		staging.send("work", 1);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> staging.call(Void.class, "take"))
			.satisfies((ex) -> assertThat(ex.is("action", "timed_out")).isTrue());
		await().untilAsserted(() -> assertThat(staging.call(boolean.class, "has")).isTrue());
	}

	@Test
	void aSingleJobDoesNotShortenTheHistoryOfOthers() {
		ActorHandle nightly = actor("nightly");
		nightly.call(Void.class, "keepHistory");
		this.application.jdbc().sql("""
				insert into rivet_fire (actor_id, id, schedule_id, action, due_at, fired_at, finished_at, result)
				with recursive n (x) as (select 1 union all select x + 1 from n where x < 300)
				select :actor, x, 'often', 'tick', x, x, x, 'ok' from n""").param("actor", nightly.resolve()).update();
		this.application.sleep(nightly);
		nightly.call(Void.class, "once");
		await().untilAsserted(() -> assertThat(log).containsExactly("tick"));
		assertThat(nightly.call(int.class, "history")).isEqualTo(300);
	}

	private ActorHandle actor(String name) {
		return this.application.client().getOrCreate(name, "k");
	}

	private long messages() {
		return this.application.count("rivet_message");
	}

	@Actor("leaving")
	static class Leaving {

		@QueueListener("work")
		void take(String message, ActorContext context) {
			log.add(message);
			context.await(event);
		}

		@OnSleep
		void sleep() {
			log.add("asleep");
		}

	}

	@Actor("looping")
	static class Looping {

		@Run
		void run(ActorContext context) {
			for (QueueMessage message : context.queue().iterate(QueueReceive.from("work").asCompletable())) {
				message.complete("done");
			}
		}

	}

	@Actor("stubborn")
	static class Stubborn {

		@Run
		void run(ActorContext context) {
			while (!context.aborted()) {
				try {
					QueueMessage message = context.queue()
						.next(QueueReceive.from("work").asCompletable())
						.orElseThrow();
					log.add("received");
					context.await(event);
					if (log.size() == 1) {
						database.refuse();
					}
					message.complete();
					context.delay(Duration.ofMillis(1));
				}
				catch (RivetException ex) {
					log.add("failed");
					database.heal();
				}
			}
		}

	}

	@Actor("early")
	static class Early {

		@State
		private int last;

		@QueueListener(value = "jobs", attempts = 3, backoff = "1ms")
		void job(int number, QueueMessage message, ActorContext context) {
			this.last = number;
			log.add(String.valueOf(number));
			message.complete();
			if (number == 1) {
				context.delay(Duration.ofMillis(1));
				throw new UserError("late", "The message is completed");
			}
		}

	}

	@Actor("mourning")
	static class Mourning {

		@QueueListener(value = "jobs", attempts = 1)
		void job() {
			log.add("job");
			throw new UserError("no", "No");
		}

		@QueueListener(value = "jobs.dead", attempts = 2, backoff = "1h")
		void dead(QueueMessage message) {
			log.add("dead " + message.retries());
			throw new UserError("no", "No");
		}

	}

	@Actor("talking")
	static class Talking {

		@QueueListener("questions")
		Object question(ActorContext context) {
			QueueResult answer = context.client().get("talking", "k").sendAndWait("answers", 1, PATIENCE);
			return String.valueOf(answer.reply());
		}

		@QueueListener("answers")
		int answer() {
			return 42;
		}

	}

	@Actor("nightly")
	static class Nightly {

		@QueueListener("jobs")
		void job(ActorContext context) {
			log.add("job");
			context.await(event);
		}

		@Action
		@Cron("0 3 * * *")
		void nightly() {
		}

		@Action
		void write(boolean fail, ActorContext context) {
			context.kv().put("a", "b");
			if (fail) {
				throw new UserError("no", "No");
			}
		}

		@Action
		void tick() {
			log.add("tick");
		}

		@Action
		void keepHistory(ActorContext context) {
			context.schedule().cron("often", "0 3 * * *", "tick");
			context.schedule().keepHistory("often", 1000);
		}

		@Action
		void once(ActorContext context) {
			context.schedule().after(Duration.ZERO, "tick");
		}

		@Action
		int history(ActorContext context) {
			return context.schedule().history("often").size();
		}

	}

	@Actor("storing")
	static class Storing {

		@State
		private int handled;

		@QueueListener(value = "mixed", attempts = 1)
		void mixed(String body, ActorContext context) {
			switch (body) {
				case "one that waits" -> context.await(event);
				case "a bad one" -> context.kv().put("a", "b");
			}
			this.handled++;
		}

		@Action
		int handled() {
			return this.handled;
		}

		@QueueListener(value = "jobs", attempts = 2, backoff = "1ms")
		void job(ActorContext context) {
			log.add("job");
			context.kv().put("a", "b");
		}

	}

	@Actor("staging")
	static class Staging {

		@Action
		CompletableFuture<String> take(ActorContext context) {
			context.queue().tryNext(QueueReceive.from("work").asCompletable());
			return event;
		}

		@Action
		boolean has(ActorContext context) {
			return context.queue().tryNext(QueueReceive.from("work").asCompletable()).isPresent();
		}

	}

	@Actor(name = "passing", maxQueueSize = 1, maxQueueMessageSize = "8B")
	static class Passing {

		@QueueListener("first")
		void pass(String text, ActorContext context) {
			context.queue().send("second", text);
		}

	}

}
