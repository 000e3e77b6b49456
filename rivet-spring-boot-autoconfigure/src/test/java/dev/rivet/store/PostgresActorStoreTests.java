package dev.rivet.store;

import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;

class PostgresActorStoreTests extends ActorStoreContractTests {

	@Override
	HikariDataSource open(Path directory) {
		return TestDatabase.postgres();
	}

}
