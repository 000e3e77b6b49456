package dev.rivet.sample;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

import dev.rivet.ledger.LedgerApplication;
import dev.rivet.process.JavaServer;
import dev.rivet.process.TestDatabase;
import dev.rivet.relay.RelayApplication;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Kills applications under load, over and over, and looks whether they have kept their
 * word.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There is no SIGKILL")
class CrashTests {

	private static final Log logger = LogFactory.getLog(CrashTests.class);

	private static final int KILLS = Integer.getInteger("crash.kills", 10);

	private static final int SIGKILLED = 128 + 9;

	private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
			"-Xshare:auto", "-Xmx256m");

	private final long seed = Long.getLong("crash.seed", System.nanoTime());

	@ParameterizedTest
	@EnumSource
	void everyAcknowledgedIncrementSurvivesSigkill(TestDatabase database,
			@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
		killOften(SampleApplication.class, database, directory, CounterTraffic::verify);
	}

	@ParameterizedTest
	@EnumSource
	void tablesAndStateSurviveSigkillTogether(TestDatabase database,
			@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
		killOften(LedgerApplication.class, database, directory, (traffic, server) -> {
			traffic.verifyEntries(server);
			traffic.verify(server);
		});
	}

	@ParameterizedTest
	@EnumSource
	void queuesSchedulesAndValuesSurviveSigkill(TestDatabase database,
			@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
		killOften(RelayApplication.class, database, directory, (traffic, server) -> {
			traffic.awaitSettled(server);
			traffic.verify(server);
		});
	}

	private void killOften(Class<?> application, TestDatabase database, Path directory,
			BiConsumer<CounterTraffic, URI> verification) throws Exception {
		logger.info("Killing on %s with -Dcrash.seed=%d".formatted(database, this.seed));
		Random random = new Random(this.seed);
		List<String> arguments = database.create(directory);
		try (CounterTraffic traffic = new CounterTraffic(random)) {
			List.of("north", "east", "south", "west").forEach(traffic::addCounter);
			for (int kill = 1; kill <= KILLS; kill++) {
				// one that is created while the others are used
				traffic.addCounter("since-" + kill);
				try (JavaServer server = start(application, directory, arguments)) {
					verification.accept(traffic, server.uri("/"));
					traffic.start(server.uri("/"));
					traffic.awaitAcknowledged(1 + random.nextInt(1000));
					assertThat(server.kill()).isEqualTo(SIGKILLED);
					traffic.stop();
				}
			}
			try (JavaServer server = start(application, directory, arguments)) {
				verification.accept(traffic, server.uri("/"));
			}
			logger.info("%d acknowledged increments survived %d kills on %s".formatted(traffic.acknowledged(), KILLS,
					database));
			assertThat(traffic.unknown()).isZero();
		}
	}

	private static JavaServer start(Class<?> application, Path directory, List<String> arguments) {
		return JavaServer.start(application, directory, QUICK_START, arguments).awaitReady("/api/rivet/health");
	}

}
