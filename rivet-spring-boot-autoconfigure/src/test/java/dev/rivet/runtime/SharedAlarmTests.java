package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.State;
import dev.rivet.autoconfigure.RivetAutoConfiguration;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for alarms of actors that two nodes could wake.
 */
@Timeout(60)
class SharedAlarmTests {

	@TempDir
	private Path directory;

	private ConfigurableApplicationContext first;

	private ConfigurableApplicationContext second;

	@BeforeEach
	void start() {
		this.first = node();
		this.second = node();
	}

	private ConfigurableApplicationContext node() {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(
					"spring.datasource.url=jdbc:sqlite:" + this.directory.resolve("test.db")
							+ "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000",
					"spring.main.banner-mode=off", "rivet.actors.reminder.sleep-timeout=20ms")
			.run();
	}

	@AfterEach
	void stop() {
		this.first.close();
		this.second.close();
	}

	@Test
	void eachFiresOnceWhoeverWakesTheActor() {
		RivetClient client = this.first.getBean(RivetClient.class);
		List<ActorHandle> reminders = IntStream.range(0, 100)
			.mapToObj((i) -> client.getOrCreate("reminder", "" + i))
			.toList();
		reminders.forEach((reminder) -> reminder.call(Void.class, "remindAfter", 700));
		await().until(() -> count("rivet_fire WHERE result = 'ok'") == 100);
		await().until(() -> count("rivet_state WHERE owner IS NULL") == 100);
		assertThat(reminders).allSatisfy((reminder) -> assertThat(reminded(reminder)).isEqualTo(1));
	}

	@Test
	void whatANodeLeavesBehindIsDoneByTheOther() {
		ActorHandle reminder = this.first.getBean(RivetClient.class).getOrCreate("reminder", "left");
		reminder.call(Void.class, "remindAfter", 500);
		this.first.close();
		await().until(() -> count("rivet_fire WHERE result = 'ok'") == 1);
		assertThat(reminded(this.second.getBean(RivetClient.class).getOrCreate("reminder", "left"))).isEqualTo(1);
	}

	/**
	 * Asks whichever node has the actor.
	 */
	private int reminded(ActorHandle reminder) {
		return await().ignoreExceptionsInstanceOf(RivetException.class)
			.until(() -> reminder.call(Integer.class, "reminded"), (number) -> true);
	}

	private long count(String what) {
		return JdbcClient.create(this.second.getBean(DataSource.class))
			.sql("SELECT count(*) FROM " + what)
			.query(Long.class)
			.single();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, RivetAutoConfiguration.class })
	@Import(Reminder.class)
	static class Application {

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
