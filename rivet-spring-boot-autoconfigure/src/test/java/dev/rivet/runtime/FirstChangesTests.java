package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Cron;
import dev.rivet.actor.OnCreate;
import dev.rivet.actor.OnStateChange;
import dev.rivet.actor.OnWake;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetException;
import dev.rivet.store.FaultyDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what an actor has from its start: that it is durable once it was seen, and
 * that it is made anew if it was not committed.
 */
@Timeout(30)
class FirstChangesTests {

	/**
	 * The database that the next start breaks, if any.
	 */
	private static volatile @Nullable FaultyDataSource toBreak;

	@TempDir
	private Path directory;

	private RunningApplication application;

	private FaultyDataSource database;

	private ActorRuntime runtime;

	@BeforeEach
	void start() {
		start(Diary.class, Badge.class, Plain.class);
	}

	private void start(Class<?>... actors) {
		this.application = RunningApplication.startActors(this.directory, actors);
		this.database = this.application.database();
		this.runtime = this.application.runtime();
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void aCreationThatWasNotCommittedIsMadeAnew() {
		toBreak = this.database;
		ActorHandle diary = actor("diary");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> diary.call(String.class, "text"))
			.satisfies((ex) -> assertThat(ex.is("actor", "restarting")).isTrue());
		this.database.heal();
		await().ignoreExceptions()
			.untilAsserted(() -> assertThat(diary.call(String.class, "text")).isEqualTo("created, woken"));
		assertThat(diary.call(Integer.class, "jobs")).isEqualTo(2);
	}

	@Test
	void aWakeThatWasNotCommittedIsMadeAnew() {
		ActorHandle diary = actor("diary");
		assertThat(diary.call(String.class, "text")).isEqualTo("created, woken");
		this.application.sleep(diary);
		toBreak = this.database;
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> diary.call(String.class, "text"))
			.satisfies((ex) -> assertThat(ex.is("actor", "restarting")).isTrue());
		this.database.heal();
		await().ignoreExceptions()
			.untilAsserted(() -> assertThat(diary.call(String.class, "text")).isEqualTo("created, woken, woken"));
	}

	@Test
	void whatAnInitialiserGaveIsDurableOnceItWasSeen() {
		ActorHandle badge = actor("badge");
		String seen = badge.call(String.class, "token");
		int commits = this.database.commits();
		assertThat(badge.call(String.class, "token")).isEqualTo(seen);
		assertThat(this.database.commits()).as("it is written once").isEqualTo(commits);
		this.runtime.administration().crash(badge.resolve());
		assertThat(badge.call(String.class, "token")).isEqualTo(seen);
		assertThat(badge.call(Integer.class, "changes")).as("of it, as @OnStateChange sees it").isZero();
	}

	@Test
	void whatWasSeenInAnErrorIsDurableToo() {
		ActorHandle badge = actor("badge");
		String[] seen = new String[1];
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> badge.call(Void.class, "refuse"))
			.satisfies((ex) -> seen[0] = ex.getMessage());
		this.runtime.administration().crash(badge.resolve());
		assertThat(badge.call(String.class, "token")).isEqualTo(seen[0]);
	}

	@Test
	void whatWasNotWrittenIsThereAgainAfterAFailure() {
		ActorHandle badge = actor("badge");
		badge.resolve();
		this.database.refuse();
		this.database.breakStatements(1);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> badge.call(String.class, "replace", "lost"));
		this.database.heal();
		await().ignoreExceptions()
			.untilAsserted(() -> assertThat(badge.call(String.class, "token")).isNotEqualTo("lost"));
	}

	@Test
	void anActorWithoutStateIsNotWritten() {
		ActorHandle plain = actor("plain");
		plain.resolve();
		int commits = this.database.commits();
		assertThat(plain.call(String.class, "hello")).isEqualTo("hello");
		assertThat(this.database.commits()).isEqualTo(commits);
	}

	@Test
	void whatTheInitialiserOfANewFieldGaveIsDurableOnceItWasSeen() {
		actor("badge").call(String.class, "token");
		this.application.close();
		start(NewBadge.class);
		ActorHandle badge = actor("badge");
		String seen = badge.call(String.class, "number");
		this.runtime.administration().crash(badge.resolve());
		assertThat(badge.call(String.class, "number")).isEqualTo(seen);
	}

	private ActorHandle actor(String name) {
		return this.application.actor(name, "k");
	}

	private static void breakIfAsked() {
		FaultyDataSource database = toBreak;
		toBreak = null;
		if (database != null) {
			database.refuse();
			database.breakStatements(1);
		}
	}

	@Actor("diary")
	static class Diary {

		@State
		private String text = "";

		@OnCreate
		void create(ActorContext context) {
			this.text = "created";
			context.schedule().after(Duration.ofHours(1), "text");
		}

		@OnWake
		void wake() {
			this.text += ", woken";
			breakIfAsked();
		}

		@Action
		String text() {
			return this.text;
		}

		@Action
		int jobs(ActorContext context) {
			return context.schedule().list().size();
		}

		@Action
		@Cron("0 3 * * *")
		void nightly() {
		}

	}

	@Actor("badge")
	static class Badge {

		@State
		private String token = UUID.randomUUID().toString();

		@State
		private int changes;

		@OnStateChange
		void changed() {
			this.changes++;
		}

		@Action
		String token() {
			return this.token;
		}

		@Action
		String replace(String token) {
			this.token = token;
			return token;
		}

		@Action
		int changes() {
			return this.changes;
		}

		@Action
		void refuse() {
			throw new UserError("no", this.token);
		}

	}

	@Actor("badge")
	static class NewBadge extends Badge {

		@State
		private String number = UUID.randomUUID().toString();

		@Action
		String number() {
			return this.number;
		}

	}

	@Actor("plain")
	static class Plain {

		@Action
		String hello() {
			return "hello";
		}

	}

}
