package dev.rivet.store;

import java.nio.file.Path;
import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class H2FileActorStoreTests extends ActorStoreContractTests {

	@Override
	HikariDataSource open(Path directory) {
		return TestDatabase.h2File(directory);
	}

	@Test
	void syncsEachGroup() {
		JdbcActorStore synced = newStore(new StoreOptions(Duration.ofSeconds(15), Duration.ofSeconds(10), true), () -> {
		});
		NewActor actor = newActor("counter", "a");
		assertThat(synced.create(actor).join().created()).isTrue();
		this.dataSource.breakAfterCommits(1);
		synced.commit(change(actor, 1, 1, "synced")).join();
		assertThat(synced.claim(actor.id()).join().number()).isEqualTo(1);
	}

}
