package dev.rivet.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.UUID;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.rivet.autoconfigure.RivetAutoConfiguration;
import dev.rivet.runtime.ActorRuntime;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.FileSystemUtils;

/**
 * What a {@link RivetTest @RivetTest} has beside the actors.
 */
@AutoConfiguration(before = RivetAutoConfiguration.class,
		afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
public final class RivetTestAutoConfiguration {

	private static final String CLOCK = "rivetTestClock";

	@Bean(CLOCK)
	@Primary
	TestClock rivetTestClock() {
		return new TestClock();
	}

	/**
	 * Lets the test's clock be the only one that is primary.
	 */
	@Bean
	static BeanFactoryPostProcessor rivetTestPrimaryClock() {
		return (beans) -> Stream.of(beans.getBeanNamesForType(Clock.class, true, false))
			.filter((name) -> !name.equals(CLOCK) && beans.containsBeanDefinition(name))
			.forEach((name) -> beans.getBeanDefinition(name).setPrimary(false));
	}

	@Bean
	TestActors rivetTestActors(ActorRuntime runtime, TestClock clock) {
		return new TestActors(runtime, clock);
	}

	@Bean
	@ConditionalOnMissingBean(DataSource.class)
	DataSource rivetTestDataSource(TemporaryDatabase database) throws IOException {
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

		private @Nullable String h2;

		private @Nullable Path directory;

		String url() throws IOException {
			if (isPresent("org.h2.Driver")) {
				this.h2 = "jdbc:h2:mem:" + UUID.randomUUID();
				return this.h2 + ";DB_CLOSE_DELAY=-1";
			}
			Assert.state(isPresent("org.sqlite.JDBC"),
					"Add 'com.h2database:h2' or 'org.xerial:sqlite-jdbc' for tests, or import DataSourceAutoConfiguration "
							+ "for the application's own database");
			Path directory = Files.createTempDirectory("rivet-test");
			this.directory = directory;
			return "jdbc:sqlite:" + directory.resolve("actors.db")
					+ "?journal_mode=WAL&transaction_mode=IMMEDIATE&busy_timeout=5000";
		}

		private static boolean isPresent(String driver) {
			return ClassUtils.isPresent(driver, TemporaryDatabase.class.getClassLoader());
		}

		@Override
		public void close() throws IOException, SQLException {
			if (this.h2 != null) {
				try (Connection connection = DriverManager.getConnection(this.h2);
						Statement statement = connection.createStatement()) {
					statement.execute("SHUTDOWN");
				}
			}
			FileSystemUtils.deleteRecursively(this.directory);
		}

	}

}
