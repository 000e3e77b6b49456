package dev.rivet.store;

import java.nio.file.Path;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class PostgresActorStoreTests extends ActorStoreContractTests {

	@Override
	HikariDataSource open(Path directory) {
		return TestDatabase.postgres();
	}

	@Test
	void rowsAreFoundByTheirKeysThoughTheirTableWasEmptyWhenItWasVacuumed() {
		NewActor actor = create("counter", "a");
		this.sql.sql("VACUUM ANALYZE rivet_message").update();
		for (long id = 1; id <= 20; id++) {
			this.store.commit(rows(actor, 2 * id, List.of(Row.of(Table.MESSAGE, id, "work", new byte[0], 0L, 0, 0L))))
				.join();
			this.store.commit(rows(actor, 2 * id + 1, List.of(Row.deleted(Table.MESSAGE, id)))).join();
		}
		String statistics = " FROM pg_stat_user_tables WHERE relname = 'rivet_message'";
		await().until(() -> this.sql.sql("SELECT n_tup_del" + statistics).query(Long.class).single() == 20);
		assertThat(this.sql.sql("SELECT seq_scan" + statistics).query(Long.class).single()).isLessThan(20);
	}

}
