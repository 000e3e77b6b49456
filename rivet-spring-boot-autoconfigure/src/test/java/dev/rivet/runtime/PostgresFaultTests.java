package dev.rivet.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.store.ActorStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what becomes of actors under load while a PostgreSQL server breaks its
 * connections, crashes and comes back.
 */
@Timeout(240)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There is no SIGQUIT")
class PostgresFaultTests {

	@TempDir
	private Path directory;

	private EmbeddedPostgres server;

	private RunningApplication application;

	@BeforeEach
	void start() throws IOException {
		this.server = builder().start();
		this.application = RunningApplication.start(WebApplicationType.NONE, List
			.of("spring.datasource.url=" + this.server.getJdbcUrl("postgres", "postgres"), "rivet.store.lease=10s"),
				LedgerTraffic.Actors.class);
	}

	/**
	 * For a server that loses nothing that it has acknowledged.
	 */
	private EmbeddedPostgres.Builder builder() {
		return EmbeddedPostgres.builder()
			.setDataDirectory(this.directory.resolve("data"))
			.setCleanDataDirectory(false)
			.setServerConfig("fsync", "on")
			.setServerConfig("full_page_writes", "on")
			.setServerConfig("synchronous_commit", "on");
	}

	@AfterEach
	void stop() throws IOException {
		this.application.close();
		this.server.close();
	}

	@Test
	void nothingAcknowledgedIsLostAndTheServiceReturns() throws Exception {
		ActorStore store = this.application.context().getBean(ActorStore.class);
		try (LedgerTraffic traffic = new LedgerTraffic(this.application.client())) {
			traffic.start();
			traffic.awaitAcknowledged(500);
			for (int i = 0; i < 50; i++) {
				terminateBackends();
				traffic.awaitAcknowledged(1);
			}
			traffic.awaitAcknowledged(500);
			crash();
			restart();
			traffic.awaitAcknowledged(500);
			assertThat(traffic.unknown()).as("calls whose callers were told nothing").isZero();
			crash();
			await().atMost(Duration.ofSeconds(60)).until(() -> !store.isOwnershipValid());
			traffic.awaitRefused(9);
			restart();
			traffic.awaitAcknowledged(500);
			traffic.stopAndVerify();
		}
	}

	private void terminateBackends() throws SQLException {
		try (var connection = this.server.getPostgresDatabase().getConnection();
				var statement = connection.createStatement()) {
			statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
					+ "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
		}
	}

	/**
	 * Ends the server as a crash does: without a checkpoint, and in the middle of
	 * everything.
	 */
	private void crash() throws Exception {
		// not the process that was started, which only starts the server
		Path pid = this.directory.resolve("data").resolve("postmaster.pid");
		new ProcessBuilder("kill", "-QUIT", Files.readAllLines(pid).get(0).trim()).start().waitFor();
		await().atMost(Duration.ofSeconds(30)).until(() -> Files.notExists(pid));
	}

	private void restart() throws IOException {
		int port = this.server.getPort();
		this.server.close();
		this.server = builder().setPort(port).start();
	}

}
