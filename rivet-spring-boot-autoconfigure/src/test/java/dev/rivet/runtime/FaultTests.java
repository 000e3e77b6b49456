package dev.rivet.runtime;

import java.nio.file.Path;

import javax.sql.DataSource;

import dev.rivet.autoconfigure.RivetAutoConfiguration;
import dev.rivet.client.RivetClient;
import dev.rivet.store.FaultyDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Tests for what becomes of actors under load while the database fails.
 */
@Timeout(120)
class FaultTests {

	@TempDir
	private Path directory;

	private ConfigurableApplicationContext application;

	private FaultyDataSource database;

	@BeforeEach
	void start() {
		this.application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(
					"spring.datasource.url=jdbc:sqlite:" + this.directory.resolve("test.db")
							+ "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000",
					"spring.main.banner-mode=off", "rivet.store.outcome-timeout=300ms")
			.run();
		this.database = (FaultyDataSource) this.application.getBean(DataSource.class);
	}

	@AfterEach
	void stop() {
		this.database.heal();
		this.application.close();
	}

	@Test
	void nothingAcknowledgedIsLostAndTheServiceReturns() throws Exception {
		try (LedgerTraffic traffic = new LedgerTraffic(this.application.getBean(RivetClient.class))) {
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

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, RivetAutoConfiguration.class })
	@Import({ FaultyDataSource.Injection.class, LedgerTraffic.Actors.class })
	static class Application {

	}

}
