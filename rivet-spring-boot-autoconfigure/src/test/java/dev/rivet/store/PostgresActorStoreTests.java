package dev.rivet.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;

class PostgresActorStoreTests extends ActorStoreContractTests {

	private long changes;

	private long deleted;

	@Override
	HikariDataSource open(Path directory) {
		return TestDatabase.postgres();
	}

	@Test
	void rowsAreFoundByTheirKeysThoughTheirTableWasEmptyWhenItWasVacuumed() {
		NewActor actor = create("counter", "a");
		this.sql.sql("ALTER TABLE rivet_message SET (autovacuum_enabled = false)").update();
		this.sql.sql("VACUUM ANALYZE rivet_message").update();
		for (int i = 0; i < 20; i++) {
			sendAndDelete(actor, 1);
		}
		sendAndDelete(actor, 5_000);
		await().atMost(Duration.ofSeconds(120)).until(() -> {
			long before = wholeReads();
			sendAndDelete(actor, 1);
			return wholeReads() == before;
		});
	}

	private void sendAndDelete(NewActor actor, int count) {
		List<Long> ids = LongStream.range(0, count).boxed().toList();
		this.store
			.commit(rows(actor, ++this.changes,
					ids.stream().map((id) -> Row.of(Table.MESSAGE, id, "work", new byte[0], 0L, 0, 0L)).toList()))
			.join();
		this.store
			.commit(rows(actor, ++this.changes, ids.stream().map((id) -> Row.deleted(Table.MESSAGE, id)).toList()))
			.join();
		this.deleted += count;
	}

	/**
	 * Returns how often the table was read as a whole, until all that was deleted was.
	 */
	private long wholeReads() {
		return await().atMost(Duration.ofSeconds(60))
			.until(() -> this.sql
				.sql("SELECT n_tup_del, seq_scan FROM pg_stat_user_tables WHERE relname = 'rivet_message'")
				.query((row, number) -> List.of(row.getLong(1), row.getLong(2)))
				.single(), (found) -> found.get(0) == this.deleted)
			.get(1);
	}

}
