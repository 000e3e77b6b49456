package dev.rivet.sample;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import dev.rivet.process.TestDatabase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets connections to the database break before and after commits, and looks whether each
 * increment took place exactly as often as its caller was told.
 */
class LostCommitTests {

	private static final Log logger = LogFactory.getLog(LostCommitTests.class);

	private static final int INCREMENTS = 2000;

	private final long seed = Long.getLong("crash.seed", System.nanoTime());

	@ParameterizedTest
	@EnumSource
	void valuesAreWhatWasAcknowledgedWhenConnectionsBreakAroundCommits(TestDatabase database,
			@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
		assertThat(increment(database, directory, 3)).as("increments whose callers were told nothing").isZero();
	}

	@ParameterizedTest
	@EnumSource
	void valuesAreWhatWasAcknowledgedWhenTheDatabaseIsAwayForLongerThanCallersWait(TestDatabase database,
			@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
		assertThat(increment(database, directory, 100, "--rivet.store.outcome-timeout=300ms"))
			.as("increments whose callers were told nothing")
			.isLessThan(INCREMENTS / 5);
	}

	private long increment(TestDatabase database, Path directory, int longestOutage, String... settings)
			throws Exception {
		logger.info("Breaking connections to %s with -Dcrash.seed=%d".formatted(database, this.seed));
		Random random = new Random(this.seed);
		FlakyDataSource dataSource = new FlakyDataSource(random, longestOutage);
		List<String> arguments = new ArrayList<>(database.create(directory));
		arguments.addAll(List.of(settings));
		try (ConfigurableApplicationContext application = start(arguments, dataSource);
				CounterTraffic traffic = new CounterTraffic(random)) {
			List.of("north", "east", "south", "west").forEach(traffic::addCounter);
			URI server = URI
				.create("http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port"));
			dataSource.flaky(true);
			traffic.start(server);
			traffic.awaitAcknowledged(INCREMENTS);
			traffic.stop();
			dataSource.flaky(false);
			logger.info("%d increments acknowledged, %d unknown; %d commits lost, %d unheard of on %s".formatted(
					traffic.acknowledged(), traffic.unknown(), dataSource.lostCommits(), dataSource.unheardCommits(),
					database));
			assertThat(traffic.tallies().stream().mapToLong(Tally::unknown).sum()).isEqualTo(traffic.unknown());
			traffic.verify(server);
			assertThat(dataSource.lostCommits()).isPositive();
			assertThat(dataSource.unheardCommits()).isPositive();
			return traffic.unknown();
		}
	}

	private static ConfigurableApplicationContext start(List<String> arguments, FlakyDataSource dataSource) {
		arguments.add("--server.port=0");
		arguments.add("--spring.main.banner-mode=off");
		return new SpringApplicationBuilder(SampleApplication.class)
			.initializers((context) -> context.getBeanFactory().addBeanPostProcessor(dataSource))
			.run(arguments.toArray(String[]::new));
	}

}
