package dev.rivet.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetException;
import dev.rivet.store.FaultyDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Transactional @Transactional} on actions: rows of the application and
 * the actor's state are committed together or not at all.
 */
@Timeout(30)
class TransactionalActionTests {

	private static final Map<Database, RunningApplication> applications = new EnumMap<>(Database.class);

	private String key;

	@BeforeAll
	static void start(@TempDir Path directory) {
		applications.put(Database.SQLITE, start(RunningApplication.sqlite(directory) + "&transaction_mode=IMMEDIATE"));
		applications.put(Database.H2, start(RunningApplication.h2(directory)));
		applications.get(Database.SQLITE)
			.jdbc()
			.sql("CREATE TRIGGER full_up BEFORE INSERT ON rivet_value BEGIN SELECT RAISE(ABORT, 'full'); END")
			.update();
		applications.get(Database.H2).jdbc().sql("ALTER TABLE rivet_value ADD CHECK (1 = 0)").update();
	}

	private static RunningApplication start(String url) {
		RunningApplication application = RunningApplication.start(url, Account.class, Journal.class);
		application.jdbc().sql("CREATE TABLE entry (account VARCHAR(100), amount INTEGER)").update();
		return application;
	}

	@AfterAll
	static void stop() {
		applications.values().forEach(RunningApplication::close);
	}

	@BeforeEach
	void newKey() {
		this.key = String.valueOf(System.identityHashCode(this));
	}

	@ParameterizedTest
	@EnumSource
	void rowsAndStateAreCommittedTogether(Database database) {
		ActorHandle account = account(database);
		assertThat(account.call(Integer.class, "add", 5)).isEqualTo(5);
		assertThat(account.call(Integer.class, "add", 2)).isEqualTo(7);
		assertStored(database, 7, 2);
	}

	@ParameterizedTest
	@EnumSource
	void anExceptionRollsBothBack(Database database) {
		ActorHandle account = account(database);
		account.call(Integer.class, "add", 5);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> account.call(Void.class, "addAndThrow", 7))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("refused"));
		assertStored(database, 5, 1);
	}

	@ParameterizedTest
	@EnumSource
	void aTransactionMarkedForRollbackRollsBothBack(Database database) {
		ActorHandle account = account(database);
		account.call(Integer.class, "add", 5);
		assertThat(account.call(String.class, "addAndRollBack", 7)).isEqualTo("rolled back");
		assertStored(database, 5, 1);
	}

	@ParameterizedTest
	@EnumSource
	void whatATransactionSchedulesWakesTheActor(Database database) {
		ActorHandle account = account(database);
		account.call(Void.class, "schedule", "add", 3_600_000);
		assertThat(count(database, "rivet_alarm", account)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void aScheduledTransactionMarkedForRollbackHasRun(Database database) {
		ActorHandle account = account(database);
		account.call(Integer.class, "add", 5);
		account.call(Void.class, "schedule", "addAndRollBack", 0);
		await().until(() -> count(database, "rivet_schedule", account) == 0);
		assertThat(count(database, "rivet_fire", account)).isEqualTo(1);
		assertStored(database, 5, 1);
	}

	private long count(Database database, String table, ActorHandle account) {
		return applications.get(database)
			.jdbc()
			.sql("SELECT count(*) FROM " + table + " WHERE actor_id = ?")
			.param(account.resolve())
			.query(Long.class)
			.single();
	}

	@ParameterizedTest
	@EnumSource
	void aFailedStageRollsBothBack(Database database) {
		ActorHandle account = account(database);
		account.call(Integer.class, "add", 5);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> account.call(Void.class, "addAndFailLater", 7))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("later"));
		assertStored(database, 5, 1);
	}

	@ParameterizedTest
	@EnumSource
	void aStateThatCannotBeStoredRollsBothBack(Database database) {
		ActorHandle account = account(database);
		account.call(Integer.class, "add", 5);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> account.call(Void.class, "addUnstorably", 7))
			.satisfies((ex) -> assertThat(ex.is("state", "invalid_type")).isTrue());
		assertStored(database, 5, 1);
	}

	@ParameterizedTest
	@EnumSource
	void lostOwnershipRollsTheRowsBackToo(Database database) {
		RunningApplication application = applications.get(database);
		ActorHandle account = account(database);
		account.call(Integer.class, "add", 5);
		application.jdbc()
			.sql("UPDATE rivet_state SET epoch = epoch + 1 WHERE " + application.isStateOf(account.resolve()))
			.update();
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> account.call(Integer.class, "add", 7))
			.satisfies((ex) -> assertThat(ex.is("actor", "restarting")).isTrue());
		assertStored(database, 5, 1);
		assertThat(account.call(Integer.class, "add", 1)).isEqualTo(6);
	}

	@ParameterizedTest
	@EnumSource
	void waitingInATransactionIsRefused(Database database) {
		ActorHandle account = account(database);
		assertThat(account.call(String.class, "waitInTransaction")).contains("transaction");
	}

	@ParameterizedTest
	@EnumSource
	void aCallThatIsRefusedInATransactionIsNotMade(Database database) {
		ActorHandle account = account(database);
		assertThat(account.call(String.class, "callInTransaction", "other")).contains("transaction");
		assertThat(account.call(Integer.class, "addOf", "other")).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void whatWasSavedBeforeIsThereInTheTransaction(Database database) {
		ActorHandle account = account(database);
		account.call(Integer.class, "balance");
		for (int i = 1; i <= 20; i++) {
			account.callAsync(Integer.class, "addPlainly", 1);
			assertThat(account.call(Integer.class, "add", 1)).isEqualTo(2 * i);
		}
		assertStored(database, 40, 20);
	}

	@ParameterizedTest
	@EnumSource
	void aTransactionalServiceCommitsOnItsOwn(Database database) {
		ActorHandle account = account(database);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> account.call(Void.class, "noteAndThrow", 3));
		assertStored(database, 0, 1);
	}

	@ParameterizedTest
	@EnumSource
	void whatTheDatabaseRejectsFailsOnceAndForGood(Database database) {
		ActorHandle account = account(database);
		account.call(Integer.class, "add", 5);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> account.call(Void.class, "addTooMuch"))
			.satisfies((ex) -> assertThat(ex.is("rivetkit", "internal_error")).isTrue());
		assertStored(database, 5, 1);
		account.call(Void.class, "schedulePlainly", "addTooMuch");
		await().until(() -> count(database, "rivet_schedule", account) == 0);
		assertThat(count(database, "rivet_fire", account)).isEqualTo(1);
		assertStored(database, 5, 1);
	}

	@Test
	void whoseCommitMayHaveHappenedIsNotToldToTryAgain(@TempDir Path directory) {
		try (RunningApplication application = RunningApplication.startActors(directory, Transactions.class,
				Doubtful.class)) {
			Doubtful.database = application.database();
			ActorHandle doubtful = application.actor("doubtful");
			assertThatExceptionOfType(RivetException.class).isThrownBy(() -> doubtful.call(Integer.class, "increment"))
				.satisfies((ex) -> assertThat(ex.is("rivetkit", "internal_error")).isTrue());
			Doubtful.database.heal();
			await().ignoreExceptions().until(() -> doubtful.call(Integer.class, "count") == 1);
		}
	}

	private ActorHandle account(Database database) {
		return applications.get(database).actor("account", this.key);
	}

	private void assertStored(Database database, int balance, int rows) {
		RunningApplication application = applications.get(database);
		ActorHandle account = account(database);
		assertThat(account.call(Integer.class, "balance")).isEqualTo(balance);
		application.sleep(account);
		assertThat(account.call(Integer.class, "balance")).isEqualTo(balance);
		assertThat(application.jdbc()
			.sql("SELECT COUNT(*) FROM entry WHERE account = ?")
			.param(this.key)
			.query(Integer.class)
			.single()).isEqualTo(rows);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	@ImportAutoConfiguration(DataSourceTransactionManagerAutoConfiguration.class)
	static class Transactions {

	}

	@Actor("doubtful")
	static class Doubtful {

		private static FaultyDataSource database;

		@State
		private int count;

		@Action
		@Transactional
		int increment() {
			database.breakAfterCommits(1);
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public int getOrder() {
					return Ordered.HIGHEST_PRECEDENCE;
				}

				@Override
				public void afterCompletion(int status) {
					database.refuse();
				}

			});
			return ++this.count;
		}

		@Action
		int count() {
			return this.count;
		}

	}

	enum Database {

		SQLITE, H2

	}

	@Service
	static class Journal {

		private final JdbcClient jdbc;

		Journal(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional
		public void note(String account, int amount) {
			this.jdbc.sql("INSERT INTO entry VALUES (?, ?)").params(account, amount).update();
		}

	}

	static class Unstorable {

		public String getValue() {
			throw new IllegalStateException("on purpose");
		}

	}

	@Actor("account")
	static class Account {

		private final JdbcClient jdbc;

		private final Journal journal;

		@State
		private int balance;

		@State
		private @Nullable Object note;

		Account(JdbcClient jdbc, Journal journal) {
			this.jdbc = jdbc;
			this.journal = journal;
		}

		@Action
		@Transactional
		int add(int amount, ActorContext context) {
			this.balance += amount;
			this.jdbc.sql("INSERT INTO entry VALUES (?, ?)").params(context.key().toString(), amount).update();
			return this.balance;
		}

		@Action
		@Transactional
		void schedule(String action, long millis, ActorContext context) {
			context.schedule().after(Duration.ofMillis(millis), action, 7);
		}

		@Action
		void schedulePlainly(String action, ActorContext context) {
			context.schedule().after(Duration.ZERO, action);
		}

		@Action
		@Transactional
		void addTooMuch(ActorContext context) {
			add(7, context);
			context.kv().put("too", "much");
		}

		@Action
		@Transactional
		void addAndThrow(int amount, ActorContext context) {
			add(amount, context);
			throw new UserError("refused", "No");
		}

		@Action
		@Transactional
		void addUnstorably(int amount, ActorContext context) {
			add(amount, context);
			this.note = new Unstorable();
		}

		@Action
		@Transactional
		String addAndRollBack(int amount, ActorContext context) {
			add(amount, context);
			TransactionAspectSupport.currentTransactionStatus().setRollbackOnly();
			return "rolled back";
		}

		@Action
		@Transactional
		CompletableFuture<String> addAndFailLater(int amount, ActorContext context) {
			add(amount, context);
			return CompletableFuture.failedFuture(new UserError("later", "No"));
		}

		@Action
		@Transactional
		String waitInTransaction(ActorContext context) {
			try {
				return context.await(CompletableFuture.completedFuture("waited"));
			}
			catch (IllegalStateException ex) {
				return String.valueOf(ex.getMessage());
			}
		}

		@Action
		@Transactional
		String callInTransaction(String key, ActorContext context) {
			try {
				return String.valueOf(addOf(key, context));
			}
			catch (IllegalStateException ex) {
				return String.valueOf(ex.getMessage());
			}
		}

		@Action
		int addOf(String key, ActorContext context) {
			return context.client().getOrCreate(context.name(), key).call(Integer.class, "addPlainly", 1);
		}

		@Action
		int addPlainly(int amount) {
			this.balance += amount;
			return this.balance;
		}

		@Action
		void noteAndThrow(int amount, ActorContext context) {
			this.balance += amount;
			this.journal.note(context.key().toString(), amount);
			throw new UserError("refused", "No");
		}

		@Action
		int balance() {
			return this.balance;
		}

	}

}
