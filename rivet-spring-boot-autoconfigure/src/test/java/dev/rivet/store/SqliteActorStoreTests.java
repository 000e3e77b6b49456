package dev.rivet.store;

import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;

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

}
