package dev.rivet.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class SqliteActorStoreTests extends ActorStoreContractTests {

	private static final Duration BUSY = Duration.ofMillis(100);

	@Override
	HikariDataSource open(Path directory) {
		return TestDatabase.sqlite(directory);
	}

	@Override
	void rejectLargeStates() {
		this.sql.sql("""
				CREATE TRIGGER small BEFORE UPDATE ON rivet_state WHEN length(NEW.state) > 1000
				BEGIN SELECT RAISE(ABORT, 'too large'); END
				""").update();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void connectionsThatClaimedSyncAgain(int failures) throws SQLException {
		NewActor actor = newActor("counter", "a");
		this.store.create(actor).join();
		this.dataSource.breakAfterCommits(failures);
		long epoch = this.store.claim(actor.id()).join().epoch();
		assertThat(this.store.claim(actor.id()).join().epoch()).isEqualTo(epoch + 1);
		this.store.close();
		for (int i = 0; i < this.pool.getMaximumPoolSize(); i++) {
			// it is not given back, so that the next is another
			Connection connection = this.pool.getConnection();
			assertThat(JdbcClient.create(new SingleConnectionDataSource(connection, true))
				.sql("PRAGMA synchronous")
				.query(int.class)
				.single()).isEqualTo(2);
		}
	}

	@Test
	void aLockOfAnotherThatLastsTakesNoConnections() throws Exception {
		try (HikariDataSource pool = impatient("WAL")) {
			try (Connection other = pool.getConnection()) {
				assertThatCreationsWait(pool, () -> {
					other.setAutoCommit(false);
					return () -> other.setAutoCommit(true);
				});
			}
			assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
			for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
				assertThat(pool.getConnection().getAutoCommit()).isTrue();
			}
		}
	}

	@Test
	void aReaderThatIsInTheWayOfACommitLosesNothing() throws Exception {
		// with a write-ahead log it would not be
		try (HikariDataSource pool = impatient("DELETE"); Connection other = pool.getConnection()) {
			assertThatCreationsWait(pool, () -> {
				ResultSet reading = other.createStatement().executeQuery("SELECT 1 FROM rivet_node");
				assertThat(reading.next()).isTrue();
				return reading::close;
			});
		}
	}

	@Test
	void aTransactionThatSomebodyHasLeftOpenIsNotJoined() throws Exception {
		try (HikariDataSource pool = impatient("WAL")) {
			SingleConnectionDataSource only = new SingleConnectionDataSource(pool.getConnection(), true);
			only.getConnection().createStatement().execute("BEGIN IMMEDIATE");
			try (JdbcActorStore store = new JdbcActorStore(only, Clock.systemUTC(), StoreOptions.defaults())) {
				store.start(() -> {
				});
				store.create(newActor("counter", "a")).join();
				assertThat(JdbcClient.create(pool).sql("SELECT count(*) FROM rivet_actor").query(int.class).single())
					.isOne();
			}
		}
	}

	/**
	 * Creates actors while somebody is in the way.
	 * @param obstruction begins that, and returns what ends it
	 */
	private void assertThatCreationsWait(HikariDataSource pool, Callable<AutoCloseable> obstruction) throws Exception {
		try (JdbcActorStore impatient = new JdbcActorStore(pool, Clock.systemUTC(), StoreOptions.defaults())) {
			impatient.start(() -> {
			});
			List<CompletableFuture<Creation>> creations;
			try (AutoCloseable end = obstruction.call()) {
				creations = Stream.of("a", "b").map((key) -> impatient.create(newActor("counter", key))).toList();
				await().pollDelay(BUSY.multipliedBy(5))
					.until(() -> creations.stream().noneMatch(CompletableFuture::isDone));
			}
			creations.forEach((creation) -> assertThat(creation.join().created()).isTrue());
			assertThat(impatient.create(newActor("counter", "c")).join().created()).isTrue();
		}
		assertThat(JdbcClient.create(pool).sql("SELECT count(*) FROM rivet_state").query(int.class).single())
			.isEqualTo(3);
	}

	private HikariDataSource impatient(String journalMode) {
		HikariDataSource pool = TestDatabase
			.pool("jdbc:sqlite:" + this.directory.resolve("impatient.db") + "?journal_mode=" + journalMode
					+ "&synchronous=FULL&transaction_mode=IMMEDIATE&busy_timeout=" + BUSY.toMillis());
		StoreSchema.apply(pool);
		return pool;
	}

}
