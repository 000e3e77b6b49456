package dev.rivet.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import dev.rivet.actor.Cron;
import dev.rivet.actor.Every;
import dev.rivet.actor.FireInfo;
import dev.rivet.actor.OnWake;
import dev.rivet.actor.ScheduledJob;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import dev.rivet.test.RivetTest;
import dev.rivet.test.TestActors;
import dev.rivet.test.TestClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what actors do in time, with a clock that is moved.
 */
@RivetTest(properties = "rivet.actors.planner.max-schedules=20")
@Timeout(30)
class ScheduleTests {

	private static final Map<String, CompletableFuture<String>> gates = new ConcurrentHashMap<>();

	private static final Set<String> broken = ConcurrentHashMap.newKeySet();

	@Autowired
	private RivetClient client;

	@Autowired
	private TestActors actors;

	@Autowired
	private TestClock clock;

	@Autowired
	private ActorRuntime runtime;

	@Autowired
	private DataSource dataSource;

	private String key;

	private ActorHandle planner;

	@BeforeEach
	void handle(TestInfo test) {
		this.key = test.getTestMethod().orElseThrow().getName();
		this.planner = this.client.getOrCreate("planner", this.key);
	}

	@AfterEach
	void open() {
		gates.values().forEach((gate) -> gate.complete("late"));
	}

	@Test
	void anActionRunsOnceWhenItIsDue() {
		this.planner.call(String.class, "after", 60_000, "one");
		this.actors.advance(Duration.ofSeconds(59));
		assertThat(done()).isEmpty();
		this.actors.advance(Duration.ofSeconds(1));
		assertThat(done()).containsExactly("one");
		this.actors.advance(Duration.ofDays(1));
		assertThat(done()).containsExactly("one");
		assertThat(this.planner.call(List.class, "jobs")).isEmpty();
	}

	@Test
	void alarmsWakeTheActorInTheirOrder() {
		this.planner.call(String.class, "after", 3_000, "three");
		this.planner.call(String.class, "after", 1_000, "one");
		this.planner.call(String.class, "after", 2_000, "two");
		this.actors.sleep(this.planner);
		this.actors.advance(Duration.ofSeconds(2));
		assertThat(this.actors.isAwake(this.planner)).isTrue();
		assertThat(done()).containsExactly("one", "two");
		this.actors.sleep(this.planner);
		this.actors.advance(Duration.ofSeconds(2));
		assertThat(done()).containsExactly("one", "two", "three");
		this.actors.sleep(this.planner);
		assertThat(rows("rivet_alarm")).as("alarms of an actor without jobs").isZero();
	}

	@Test
	void anAlarmFiresByItselfWithinTheTimeOfASecondLook() {
		this.planner.call(String.class, "after", 1_000, "one");
		this.actors.sleep(this.planner);
		this.clock.advance(Duration.ofSeconds(1));
		await().until(() -> done().equals(List.of("one")));
	}

	@Test
	void whatIsCancelledDoesNotRun() {
		String id = this.planner.call(String.class, "after", 1_000, "one");
		assertThat(this.planner.call(List.class, "jobs")).containsExactly(id);
		assertThat(this.planner.call(Boolean.class, "cancel", id)).isTrue();
		assertThat(this.planner.call(Boolean.class, "cancel", id)).isFalse();
		this.actors.advance(Duration.ofSeconds(2));
		assertThat(done()).isEmpty();
	}

	@Test
	void anExceptionDropsWhatItsTurnHasScheduled() {
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> this.planner.call(Void.class, "scheduleAndFail"));
		assertThat(this.planner.call(List.class, "jobs")).isEmpty();
		this.actors.advance(Duration.ofSeconds(10));
		assertThat(done()).isEmpty();
	}

	@Test
	void aCrashFiresWhatWasNotConsumed() {
		this.planner.call(String.class, "after", 1_000, "one");
		this.actors.crash(this.planner);
		this.actors.advance(Duration.ofSeconds(1));
		assertThat(done()).containsExactly("one");
		this.actors.crash(this.planner);
		this.actors.advance(Duration.ofSeconds(1));
		assertThat(done()).containsExactly("one");
	}

	@Test
	void anActionThatThrowsHasRun() {
		String id = this.planner.call(String.class, "failAfter", 1_000);
		this.actors.advance(Duration.ofSeconds(1));
		this.actors.advance(Duration.ofSeconds(1));
		assertThat(done()).isEmpty();
		assertThat(history(id))
			.containsExactly("ERROR dev.rivet.actor.UserError: user/no: This failure belongs to the test");
	}

	@Test
	void aCronFollowsItsExpressionInItsZone() {
		this.clock.set(Instant.parse("2030-03-30T12:00:00Z"));
		this.planner.call(Void.class, "cron", "daily", "30 2 * * *", "UTC");
		assertThat(due("daily")).isEqualTo("2030-03-31T02:30:00Z");
		this.planner.call(Void.class, "cron", "daily", "15 30 2 * * *", "America/New_York");
		assertThat(due("daily")).as("changed").isEqualTo("2030-03-31T06:30:15Z");
		this.clock.set(Instant.parse("2030-03-31T06:30:15Z"));
		this.actors.runDue();
		assertThat(done()).containsExactly("daily");
		assertThat(due("daily")).isEqualTo("2030-04-01T06:30:15Z");
		assertThat(history("daily")).containsExactly("OK null");
	}

	@Test
	void whatWasMissedIsMadeUpForOnceAndTheTimesDoNotDrift() {
		this.clock.set(Instant.parse("2031-01-01T00:00:00Z"));
		this.planner.call(Void.class, "every", "ping", 10_000);
		this.actors.sleep(this.planner);
		this.actors.advance(Duration.ofSeconds(57));
		assertThat(done()).containsExactly("ping");
		assertThat(due("ping")).isEqualTo("2031-01-01T00:01:00Z");
		this.actors.advance(Duration.ofSeconds(3));
		assertThat(done()).containsExactly("ping", "ping");
	}

	@Test
	void aJobThatStillRunsIsSkipped() {
		this.planner.call(Void.class, "everyWaiting", "slow", 10_000);
		this.clock.advance(Duration.ofSeconds(10));
		CompletableFuture<?> running = this.runtime.administration().runDue();
		await().until(() -> history("slow").equals(List.of("RUNNING null")));
		this.clock.advance(Duration.ofSeconds(10));
		CompletableFuture<?> skipped = this.runtime.administration().runDue();
		await().until(() -> history("slow").equals(List.of("RUNNING null", "SKIPPED null")));
		gates.get(this.key).complete("done");
		running.join();
		skipped.join();
		assertThat(history("slow")).containsExactly("OK null", "SKIPPED null");
	}

	@Test
	void otherJobsRunWhileAnActionWaits() {
		this.planner.call(String.class, "after", 100, "one");
		this.planner.call(String.class, "waitAfter", 0);
		await().until(() -> gates.containsKey(this.key));
		this.clock.advance(Duration.ofSeconds(1));
		await().until(() -> done().equals(List.of("one")));
	}

	@Test
	void anUpdateThatIsDroppedLeavesTheJobInTime() {
		this.planner.call(Void.class, "every", "ping", 5_000);
		this.clock.advance(Duration.ofMillis(4_900));
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> this.planner.call(Void.class, "everyAndFail", "ping", 600_000));
		this.clock.advance(Duration.ofSeconds(1));
		await().until(() -> done().equals(List.of("ping")));
	}

	@Test
	void aJobThatHasItsIntervalKeepsItsTimes() {
		this.planner.call(Void.class, "every", "ping", 10_000);
		String due = due("ping");
		this.clock.advance(Duration.ofSeconds(4));
		this.planner.call(Void.class, "every", "ping", 10_000);
		assertThat(due("ping")).isEqualTo(due);
		this.planner.call(Void.class, "every", "ping", 20_000);
		assertThat(due("ping")).isNotEqualTo(due);
	}

	@Test
	void anActionThatThrowsNeitherRunsTwiceNorDestroysItsActor() {
		this.planner.call(Void.class, "everyFailing", "failing", 5_000_500);
		this.actors.advance(Duration.ofMillis(5_001));
		assertThat(history("failing")).hasSize(1);
		assertThat(done()).as("the actor is still there").isEmpty();
	}

	@Test
	void anActionThatWaitedWhenItsActorEndedIsAnError() {
		String id = this.planner.call(String.class, "waitAfter", 0);
		await().until(() -> history(id).equals(List.of("RUNNING null")));
		this.actors.crash(this.planner);
		assertThat(history(id)).containsExactly("ERROR The actor ended before the action did");
	}

	@Test
	void historiesAreLimited() {
		this.planner.call(Void.class, "every", "ping", 5_000);
		this.planner.call(Void.class, "keep", "ping", 3);
		for (int i = 0; i < 5; i++) {
			this.actors.advance(Duration.ofSeconds(5));
		}
		assertThat(history("ping")).hasSize(3);
		assertThat(rows("rivet_fire")).isEqualTo(3);
	}

	@Test
	void aNewActorWhoseStartFailsIsStartedAgainForItsJobs() {
		broken.add(this.key);
		String id = this.client.getOrCreate("declared", this.key).resolve();
		await().until(() -> rows("rivet_alarm", id) == 1);
		assertThat(broken).doesNotContain(this.key);
		assertThat(rows("rivet_schedule", id)).isZero();
		this.actors.advance(Duration.ofMinutes(1));
		await().until(() -> rows("rivet_schedule", id) == 2);
	}

	@Test
	void declaredJobsBeginWithTheActorAndFollowTheirAnnotations() {
		ActorHandle declared = this.client.getOrCreate("declared", this.key);
		declared.resolve();
		await().until(() -> rows("rivet_schedule", declared.resolve()) == 2);
		this.actors.advance(Duration.ofSeconds(31));
		assertThat(declared.call(Integer.class, "ticks")).isEqualTo(1);
		String id = declared.resolve();
		this.actors.sleep(declared);
		JdbcClient sql = JdbcClient.create(this.dataSource);
		sql.sql("UPDATE rivet_schedule SET period = 99000 WHERE actor_id = ? AND id = '@tick'").param(id).update();
		sql.sql("UPDATE rivet_schedule SET id = '@gone' WHERE actor_id = ? AND id = '@nightly'").param(id).update();
		this.actors.sleepAndWake(declared);
		assertThat(sql.sql("SELECT id FROM rivet_schedule WHERE actor_id = ? ORDER BY id")
			.param(id)
			.query(String.class)
			.list()).containsExactly("@nightly", "@tick");
		assertThat(sql.sql("SELECT period FROM rivet_schedule WHERE actor_id = ? AND id = '@tick'")
			.param(id)
			.query(Long.class)
			.single()).isEqualTo(30_000);
	}

	@Test
	void aJobWhoseActionIsGoneIsDeleted() {
		String id = this.planner.call(String.class, "after", 1_000, "one");
		this.actors.sleep(this.planner);
		JdbcClient.create(this.dataSource)
			.sql("UPDATE rivet_schedule SET action = 'removed' WHERE id = ?")
			.param(id)
			.update();
		this.actors.advance(Duration.ofSeconds(1));
		assertThat(this.planner.call(List.class, "jobs")).isEmpty();
		assertThat(done()).isEmpty();
	}

	@Test
	void badJobsAreRefusedAndNothingIsScheduled() {
		refused("schedule/unknown_action", "scheduleUnknown");
		refused("schedule/needs_connection", "scheduleWithConnection");
		refused("schedule/invalid_cron", "cron", "bad", "every day", "UTC");
		refused("schedule/invalid_interval", "every", "bad", 4_999);
		refused("schedule/invalid_name", "every", "@bad", 5_000);
		refused("schedule/invalid_time", "after", Long.MAX_VALUE, "never");
		assertThat(this.planner.call(List.class, "jobs")).isEmpty();
		IntStream.range(0, 20).forEach((i) -> this.planner.call(Void.class, "every", "job" + i, 5_000));
		refused("schedule/too_many", "every", "one more", 5_000);
		this.planner.call(Void.class, "every", "job3", 6_000);
		assertThat(this.planner.call(List.class, "jobs")).hasSize(20);
	}

	@Test
	void manyAlarmsThatAreDueAtOnceAllFire() {
		List<ActorHandle> many = IntStream.range(0, 600)
			.mapToObj((i) -> this.client.getOrCreate("planner", this.key, "" + i))
			.toList();
		List<CompletableFuture<String>> scheduled = many.stream()
			.map((actor) -> actor.callAsync(String.class, "after", 1_000, "due"))
			.toList();
		scheduled.forEach(CompletableFuture::join);
		many.forEach(this.actors::sleep);
		this.actors.advance(Duration.ofSeconds(1));
		assertThat(many).allSatisfy((actor) -> assertThat(actor.call(List.class, "done")).isEqualTo(List.of("due")));
	}

	private void refused(String error, String action, Object... args) {
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> this.planner.call(Void.class, action, args))
			.satisfies((ex) -> assertThat(ex.group() + "/" + ex.code()).isEqualTo(error));
	}

	private List<String> done() {
		return List.of(this.planner.call(String[].class, "done"));
	}

	private String due(String name) {
		return this.planner.call(String.class, "due", name);
	}

	private List<String> history(String id) {
		return List.of(this.planner.call(String[].class, "history", id));
	}

	private long rows(String table) {
		return rows(table, this.planner.resolve());
	}

	private long rows(String table, String actorId) {
		return JdbcClient.create(this.dataSource)
			.sql("SELECT count(*) FROM " + table + " WHERE actor_id = ?")
			.param(actorId)
			.query(Long.class)
			.single();
	}

	@SpringBootConfiguration
	@Import({ Planner.class, Declared.class })
	static class Application {

	}

	@Actor("planner")
	static class Planner {

		@State
		private List<String> done = new ArrayList<>();

		@Action
		String after(long millis, String what, ActorContext context) {
			return context.schedule().after(Duration.ofMillis(millis), "run", what);
		}

		@Action
		String failAfter(long millis, ActorContext context) {
			return context.schedule().after(Duration.ofMillis(millis), "fail");
		}

		@Action
		void cron(String name, String expression, String zone, ActorContext context) {
			context.schedule().cron(name, expression, ZoneId.of(zone), "run", name);
		}

		@Action
		void every(String name, long millis, ActorContext context) {
			context.schedule().every(name, Duration.ofMillis(millis), "run", name);
		}

		@Action
		void everyWaiting(String name, long millis, ActorContext context) {
			context.schedule().every(name, Duration.ofMillis(millis), "waitForGate");
		}

		@Action
		void everyAndFail(String name, long millis, ActorContext context) {
			every(name, millis, context);
			throw new UserError("no", "This failure belongs to the test");
		}

		@Action
		void everyFailing(String name, long micros, ActorContext context) {
			context.schedule().every(name, Duration.of(micros, ChronoUnit.MICROS), "destroyAndFail");
		}

		@Action
		void destroyAndFail(ActorContext context, Optional<FireInfo> info) {
			assertThat(info).isPresent();
			context.destroy();
			throw new UserError("no", "This failure belongs to the test");
		}

		@Action
		String waitAfter(long millis, ActorContext context) {
			return context.schedule().after(Duration.ofMillis(millis), "waitForGate");
		}

		@Action
		void scheduleAndFail(ActorContext context) {
			context.schedule().after(Duration.ofSeconds(1), "run", "never");
			throw new UserError("no", "This failure belongs to the test");
		}

		@Action
		void scheduleUnknown(ActorContext context) {
			context.schedule().after(Duration.ZERO, "noSuchAction");
		}

		@Action
		void scheduleWithConnection(ActorContext context) {
			context.schedule().after(Duration.ZERO, "needsConnection");
		}

		@Action
		void needsConnection(Connection connection) {
			this.done.add(connection.id());
		}

		@Action
		void run(String what, @Nullable FireInfo info, @Nullable Connection connection) {
			assertThat(info).isNotNull();
			assertThat(connection).isNull();
			this.done.add(what);
		}

		@Action
		void fail() {
			this.done.add("dropped");
			throw new UserError("no", "This failure belongs to the test");
		}

		@Action
		void waitForGate(ActorContext context) {
			context.await(gates.computeIfAbsent(context.key().parts().get(0), (key) -> new CompletableFuture<>()));
		}

		@Action
		void keep(String name, int fires, ActorContext context) {
			context.schedule().keepHistory(name, fires);
		}

		@Action
		boolean cancel(String id, ActorContext context) {
			return context.schedule().cancel(id);
		}

		@Action
		List<String> jobs(ActorContext context) {
			return context.schedule().list().stream().map(ScheduledJob::id).toList();
		}

		@Action
		String due(String name, ActorContext context) {
			return context.schedule().get(name).orElseThrow().dueAt().toString();
		}

		@Action
		List<String> history(String id, ActorContext context) {
			return context.schedule().history(id).stream().map((fire) -> fire.result() + " " + fire.error()).toList();
		}

		@Action
		List<String> done() {
			return this.done;
		}

	}

	@Actor("declared")
	static class Declared {

		@State
		private int ticks;

		@OnWake
		void wake(ActorContext context) {
			if (broken.remove(context.key().parts().get(0))) {
				throw new IllegalStateException("This stays in the log");
			}
		}

		@Action
		@Every("30s")
		void tick(@Nullable Connection connection) {
			this.ticks++;
		}

		@Action
		@Cron(value = "0 3 * * *", zone = "Europe/Berlin")
		void nightly() {
		}

		@Action
		int ticks() {
			return this.ticks;
		}

	}

}
