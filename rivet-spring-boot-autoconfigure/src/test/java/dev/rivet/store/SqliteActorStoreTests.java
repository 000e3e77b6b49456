package dev.rivet.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

class SqliteActorStoreTests extends ActorStoreContractTests {

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

}
