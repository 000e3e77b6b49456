package dev.rivet.autoconfigure;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import dev.rivet.client.RivetClient;
import dev.rivet.protocol.WireMapper;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.runtime.CallerContext;
import dev.rivet.runtime.ErrorTranslator;
import dev.rivet.store.ActorStore;
import dev.rivet.store.JdbcActorStore;
import dev.rivet.store.StoreSchema;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RivetAutoConfiguration}, {@link RivetSecurityAutoConfiguration} and
 * {@link RivetValidationAutoConfiguration}.
 */
class RivetAutoConfigurationTests {

	private final ApplicationContextRunner withoutDataSource = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RivetAutoConfiguration.class, RivetSecurityAutoConfiguration.class,
				RivetValidationAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.withoutDataSource
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	@Test
	void everythingIsThere() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(RivetClient.class)
				.hasSingleBean(ActorRuntime.class)
				.hasSingleBean(JdbcActorStore.class)
				.hasSingleBean(WireMapper.class)
				.hasSingleBean(CallerContext.class)
				.doesNotHaveBean(Flyway.class);
			assertThat(context.getBeansOfType(ErrorTranslator.class)).hasSize(2);
		});
	}

	@Test
	void theApplicationsOwnBeansWin() {
		WireMapper wire = new WireMapper();
		RivetClient client = mock(RivetClient.class);
		this.runner.withBean(WireMapper.class, () -> wire).withBean(RivetClient.class, () -> client).run((context) -> {
			assertThat(context).getBean(WireMapper.class).isSameAs(wire);
			assertThat(context).getBean(RivetClient.class).isSameAs(client);
		});
	}

	@Test
	void anotherStoreNeedsNoDataSource() {
		ActorStore store = mock(ActorStore.class);
		this.withoutDataSource.withBean(ActorStore.class, () -> store)
			.run((context) -> assertThat(context).hasNotFailed().getBean(ActorStore.class).isSameAs(store));
	}

	@Test
	void aClockOfTheApplicationIsUsed() {
		this.runner.withBean(Clock.class, Clock::systemUTC)
			.run((context) -> assertThat(context).hasSingleBean(ActorRuntime.class));
	}

	@Test
	void propertiesAreBound() {
		this.runner.withPropertyValues("rivet.region=north", "rivet.base-path=/actors", "rivet.action-timeout=5s",
				"rivet.max-incoming-message-size=1KB", "rivet.threads.max=10", "rivet.store.lease=3s",
				"rivet.store.sync=true", "rivet.shutdown-timeout=1s", "rivet.cors.allowed-origins=https://a,https://b")
			.run((context) -> {
				assertThat(context).getBean(ActorRuntime.class).returns("north", ActorRuntime::region);
				RivetProperties properties = context.getBean(RivetProperties.class);
				assertThat(properties.getBasePath()).isEqualTo("/actors");
				assertThat(properties.getActionTimeout()).isEqualTo(Duration.ofSeconds(5));
				assertThat(properties.getMaxIncomingMessageSize().toBytes()).isEqualTo(1024);
				assertThat(properties.getThreads().getMax()).isEqualTo(10);
				assertThat(properties.getStore().getLease()).isEqualTo(Duration.ofSeconds(3));
				assertThat(properties.getStore().isSync()).isTrue();
				assertThat(properties.getShutdownTimeout()).isEqualTo(Duration.ofSeconds(1));
				assertThat(properties.getCors().getAllowedOrigins()).containsExactly("https://a", "https://b");
			});
	}

	@Test
	void worksWithoutFlyway() {
		this.runner.withClassLoader(new FilteredClassLoader("org.flywaydb"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(RivetClient.class));
	}

	@Test
	void tablesThatSomebodyElseCreatesMustBeThere() {
		ApplicationContextRunner others = this.runner.withPropertyValues("rivet.store.initialize-schema=false");
		others.run((context) -> {
			FailureAnalysis analysis = new RivetFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).containsIgnoringCase("rivet_actor");
			assertThat(analysis.getAction()).contains("dev/rivet/store/migration/h2",
					"rivet.store.initialize-schema=true");
		});
		DataSource prepared = database("prepared");
		StoreSchema.apply(prepared);
		others.withBean(DataSource.class, () -> prepared).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void livesBesideTheFlywayOfTheApplication() {
		this.runner.withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class))
			.withPropertyValues("spring.flyway.locations=classpath:dev/rivet/store/application/first")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(RivetClient.class);
				assertThat(context.getBean(Flyway.class).info().applied()).hasSize(1);
				JdbcClient sql = JdbcClient.create(context.getBean(DataSource.class));
				for (String table : List.of("first_thing", "rivet_actor")) {
					assertThat(sql.sql("SELECT count(*) FROM " + table).query(Long.class).single()).isZero();
				}
			});
	}

	@Test
	void worksWithoutSecurityAndValidation() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.security", "jakarta.validation"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(RivetClient.class)
				.doesNotHaveBean(CallerContext.class)
				.doesNotHaveBean(ErrorTranslator.class));
	}

	@Test
	void noDataSourceIsExplained() {
		this.withoutDataSource.run((context) -> {
			FailureAnalysis analysis = new RivetFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("no DataSource");
			assertThat(analysis.getAction()).contains("spring.datasource.url");
		});
	}

	@Test
	void twoDataSourcesOfWhichNoneIsPrimaryAreExplained() {
		this.withoutDataSource.withUserConfiguration(TwoDataSources.class).run((context) -> {
			FailureAnalysis analysis = new RivetFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("2 DataSources");
			assertThat(analysis.getAction()).contains("@Primary");
		});
	}

	@Test
	void thePrimaryDataSourceIsUsed() {
		this.withoutDataSource.withUserConfiguration(TwoDataSources.class, PrimaryDataSource.class)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(JdbcActorStore.class));
	}

	@Test
	void actorsMayHaveADataSourceOfTheirOwn() {
		this.runner.withUserConfiguration(OwnDataSource.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(hasActors(context.getBean("dataSource", DataSource.class))).isFalse();
			assertThat(hasActors(context.getBean("actors", DataSource.class))).isTrue();
		});
	}

	private static boolean hasActors(DataSource dataSource) {
		return JdbcClient.create(dataSource)
			.sql("SELECT count(*) FROM information_schema.tables WHERE lower(table_name) = 'rivet_actor'")
			.query(Long.class)
			.single() > 0;
	}

	@Test
	void aDatabaseThatActorsCannotBeStoredInIsExplained() throws SQLException {
		DataSource dataSource = mock(DataSource.class, RETURNS_DEEP_STUBS);
		given(dataSource.getConnection().getMetaData().getDatabaseProductName()).willReturn("MySQL");
		this.withoutDataSource.withBean(DataSource.class, () -> dataSource).run((context) -> {
			FailureAnalysis analysis = new RivetFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).isEqualTo("Actors cannot be stored in a MySQL database.");
			assertThat(analysis.getAction()).contains("SQLite, H2 or PostgreSQL", "@RivetDataSource");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDataSource {

		@Bean(defaultCandidate = false)
		@RivetDataSource
		DataSource actors() {
			return database("actors");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean
		DataSource first() {
			return database("first");
		}

		@Bean
		DataSource second() {
			return database("second");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryDataSource {

		@Bean
		@Primary
		DataSource third() {
			return database("third");
		}

	}

	private static DataSource database(String name) {
		return new DriverManagerDataSource("jdbc:h2:mem:auto-configuration-" + name + ";DB_CLOSE_DELAY=-1");
	}

}
