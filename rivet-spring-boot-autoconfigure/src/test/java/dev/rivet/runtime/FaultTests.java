package dev.rivet.runtime;

import java.nio.file.Path;

import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.store.FaultyDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests for what becomes of actors under load while the database fails.
 */
@Timeout(120)
class FaultTests {

	@TempDir
	private Path directory;

	private RunningApplication application;

	private FaultyDataSource database;

	@BeforeEach
	void start() {
		this.application = RunningApplication.startActors(this.directory, LedgerTraffic.Actors.class);
		this.database = this.application.database();
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void nothingAcknowledgedIsLostAndTheServiceReturns() throws Exception {
		try (LedgerTraffic traffic = new LedgerTraffic(this.application.client())) {
			traffic.start();
			for (int fault = 0; fault < 6; fault++) {
				traffic.awaitAcknowledged(200);
				if (fault % 2 == 0) {
					this.database.refuse();
					this.database.breakStatements(1);
					traffic.awaitRefused(20);
					this.database.heal();
				}
				else {
					this.database.breakStatements(fault);
					this.database.breakBeforeCommits(fault);
					this.database.breakAfterCommits(fault);
				}
			}
			traffic.awaitAcknowledged(200);
			traffic.stopAndVerify();
		}
	}

}
