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

	@Test
	void newActorDoesNotGetAStateThatIsThere() {
		this.store.create(newActor("counter", "a")).join();
		// as a script leaves it that was written while actors were created
		this.sql.sql("""
				INSERT INTO rivet_state (actor_number, epoch, change_number, state)
				SELECT MAX(number) + 1, 7, 7, X'00' FROM rivet_actor
				""").update();
		NewActor actor = newActor("counter", "b");
		assertThat(this.store.create(actor).join().created()).isTrue();
		this.store.commit(change(actor, 1, 1, "own")).join();
		assertThat(this.store.claim(actor.id()).join().epoch()).isEqualTo(2);
	}

}
