package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.State;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for alarms of actors that two nodes could wake.
 */
@Timeout(60)
class SharedAlarmTests {

	@TempDir
	private Path directory;

	private RunningApplication first;

	private RunningApplication second;

	@BeforeEach
	void start() {
		this.first = node();
		this.second = node();
	}

	private RunningApplication node() {
		return RunningApplication.startActors(this.directory, List.of("rivet.actors.reminder.sleep-timeout=20ms"),
				Reminder.class);
	}

	@AfterEach
	void stop() {
		this.first.close();
		this.second.close();
	}

	@Test
	void eachFiresOnceWhoeverWakesTheActor() {
		RivetClient client = this.first.client();
		List<ActorHandle> reminders = IntStream.range(0, 100)
			.mapToObj((i) -> client.getOrCreate("reminder", "" + i))
			.toList();
		reminders.forEach((reminder) -> reminder.call(Void.class, "remindAfter", 700));
		await().until(() -> this.second.count("rivet_fire WHERE result = 'ok'") == 100);
		await().until(() -> this.second.count("rivet_state WHERE owner IS NULL") == 100);
		assertThat(reminders).allSatisfy((reminder) -> assertThat(reminded(reminder)).isEqualTo(1));
	}

	@Test
	void whatANodeLeavesBehindIsDoneByTheOther() {
		ActorHandle reminder = this.first.actor("reminder", "left");
		reminder.call(Void.class, "remindAfter", 500);
		this.first.close();
		await().until(() -> this.second.count("rivet_fire WHERE result = 'ok'") == 1);
		assertThat(reminded(this.second.actor("reminder", "left"))).isEqualTo(1);
	}

	/**
	 * Asks whichever node has the actor.
	 */
	private int reminded(ActorHandle reminder) {
		return await().ignoreExceptionsInstanceOf(RivetException.class)
			.until(() -> reminder.call(Integer.class, "reminded"), (number) -> true);
	}

	@Actor("reminder")
	static class Reminder {

		@State
		private int reminded;

		@Action
		void remindAfter(int millis, ActorContext context) {
			context.schedule().after(Duration.ofMillis(millis), "remind");
		}

		@Action
		void remind() {
			this.reminded++;
		}

		@Action
		int reminded() {
			return this.reminded;
		}

	}

}
