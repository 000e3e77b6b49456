package dev.rivet.store;

import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;

class H2FileActorStoreTests extends ActorStoreContractTests {

	@Override
	HikariDataSource open(Path directory) {
		return TestDatabase.h2File(directory);
	}

}
