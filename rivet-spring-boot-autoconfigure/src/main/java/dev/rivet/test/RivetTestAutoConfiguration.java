package dev.rivet.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;

import javax.sql.DataSource;

import dev.rivet.autoconfigure.RivetAutoConfiguration;
import dev.rivet.runtime.ActorRuntime;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;
import org.springframework.util.FileSystemUtils;

/**
 * What a {@link RivetTest @RivetTest} has beside the actors.
 */
@AutoConfiguration(before = RivetAutoConfiguration.class)
public final class RivetTestAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(Clock.class)
	TestClock rivetTestClock() {
		return new TestClock();
	}

	@Bean
	TestActors rivetTestActors(ActorRuntime runtime, Clock clock) {
		return new TestActors(runtime, clock);
	}

	@Bean
	@ConditionalOnMissingBean(DataSource.class)
	DataSource rivetTestDataSource(TemporaryDatabase database) {
		return DataSourceBuilder.create().url(database.url()).build();
	}

	@Bean
	static TemporaryDatabase rivetTemporaryDatabase() {
		return new TemporaryDatabase();
	}

	/**
	 * A database that is gone when the context is closed.
	 */
	static final class TemporaryDatabase implements AutoCloseable {

		private @Nullable Path directory;

		String url() {
			if (ClassUtils.isPresent("org.h2.Driver", getClass().getClassLoader())) {
				return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
			}
			try {
				Path directory = Files.createTempDirectory("rivet-test");
				this.directory = directory;
				return "jdbc:sqlite:" + directory.resolve("actors.db") + "?journal_mode=WAL&busy_timeout=5000";
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public void close() throws IOException {
			FileSystemUtils.deleteRecursively(this.directory);
		}

	}

}
