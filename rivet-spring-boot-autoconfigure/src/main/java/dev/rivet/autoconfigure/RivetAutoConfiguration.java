package dev.rivet.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.rivet.actor.Actor;
import dev.rivet.client.RivetClient;
import dev.rivet.protocol.CborValue;
import dev.rivet.protocol.WireMapper;
import dev.rivet.runtime.ActorInstances;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.runtime.ActorSettings;
import dev.rivet.runtime.CallerContext;
import dev.rivet.runtime.ErrorTranslator;
import dev.rivet.runtime.InputFormat;
import dev.rivet.runtime.RuntimeSettings;
import dev.rivet.runtime.TransactionalSegments;
import dev.rivet.store.ActorStore;
import dev.rivet.store.JdbcActorStore;
import dev.rivet.store.StoreOptions;
import dev.rivet.store.StoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.dataformat.cbor.CBORMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.util.unit.DataSize;

/**
 * {@link AutoConfiguration Auto-configuration} for actors: their store, their runtime and
 * the {@link RivetClient}.
 */
@AutoConfiguration(afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
		"org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
		"org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration" })
@ConditionalOnClass({ Actor.class, DataSource.class })
@EnableConfigurationProperties(RivetProperties.class)
public final class RivetAutoConfiguration {

	private static final int SHARE_OF_RECEIVE_BUFFER = 16;

	@Bean
	static ActorInstances rivetActorInstances() {
		return new ActorInstances();
	}

	@Bean
	@ConditionalOnMissingBean(ActorStore.class)
	@DependsOnDatabaseInitialization
	JdbcActorStore rivetActorStore(@RivetDataSource ObjectProvider<DataSource> own,
			ObjectProvider<DataSource> dataSource, ObjectProvider<Clock> clock, RivetProperties properties) {
		RivetProperties.Store store = properties.getStore();
		DataSource actors = dataSource(own, dataSource);
		if (store.isInitializeSchema()) {
			StoreSchema.apply(actors);
		}
		else {
			StoreSchema.require(actors);
		}
		return new JdbcActorStore(actors, clock(clock),
				new StoreOptions(store.getLease(), store.getOutcomeTimeout(), store.isSync()));
	}

	private static DataSource dataSource(ObjectProvider<DataSource> own, ObjectProvider<DataSource> dataSource) {
		DataSource unique = own.getIfAvailable(dataSource::getIfUnique);
		if (unique == null) {
			throw new MissingDataSourceException(dataSource.stream().count());
		}
		return unique;
	}

	private static Clock clock(ObjectProvider<Clock> clock) {
		return clock.getIfUnique(Clock::systemUTC);
	}

	@Bean
	@ConditionalOnMissingBean
	WireMapper rivetWireMapper() {
		return new WireMapper();
	}

	@Bean(destroyMethod = "shutdown")
	@ConditionalOnMissingBean
	ActorRuntime rivetActorRuntime(ConfigurableListableBeanFactory beanFactory, ActorStore store, WireMapper wire,
			ObjectProvider<Clock> clock, RivetProperties properties, Environment environment,
			ObjectProvider<CallerContext> callerContext, ObjectProvider<ErrorTranslator> translators) {
		return new ActorRuntime(beanFactory, store, wire.getMapper(), storedMapper(), new CborInputs(), clock(clock),
				settings(properties, environment), callerContext.getIfUnique(() -> CallerContext.NONE),
				translators.orderedStream().toList());
	}

	private static ObjectMapper storedMapper() {
		return CBORMapper.builder()
			.annotationIntrospector(new StateVisibility())
			.enable(MapperFeature.ALLOW_FINAL_FIELDS_AS_MUTATORS)
			.enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			.disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
			.build();
	}

	private static RuntimeSettings settings(RivetProperties properties, Environment environment) {
		properties.requireUsable();
		Map<String, ActorSettings> actors = new LinkedHashMap<>();
		properties.getActors().forEach((name, actor) -> actors.put(name, actor.toSettings()));
		Duration shutdown = properties.getShutdownTimeout();
		if (shutdown == null) {
			shutdown = environment.getProperty("spring.lifecycle.timeout-per-shutdown-phase", Duration.class,
					Duration.ofSeconds(30));
		}
		RivetProperties.Websocket websocket = properties.getWebsocket();
		return new RuntimeSettings(properties.getRegion(), properties.getThreads().getMax(), shutdown,
				properties.getConnectTimeout(), properties.getLifecycleTimeout(),
				properties.getStore().getReadTimeout(), websocket.getReceiveBufferSize().toBytes(),
				nodeReceiveBuffer(websocket), properties.toSettings(), actors, properties.isFailOnUnknownActors());
	}

	private static long nodeReceiveBuffer(RivetProperties.Websocket websocket) {
		DataSize given = websocket.getNodeReceiveBufferSize();
		return (given != null) ? given.toBytes() : Runtime.getRuntime().maxMemory() / SHARE_OF_RECEIVE_BUFFER;
	}

	@Bean
	DoorLifecycle rivetDoorLifecycle(ActorRuntime runtime) {
		return new DoorLifecycle(runtime);
	}

	@Bean
	RuntimeLifecycle rivetRuntimeLifecycle(ActorStore store, ActorRuntime runtime) {
		return new RuntimeLifecycle(store, runtime);
	}

	@Bean
	@ConditionalOnMissingBean
	RivetClient rivetClient(ActorRuntime runtime) {
		return runtime.client();
	}

	@Bean
	@ConditionalOnBean(JdbcActorStore.class)
	SmartInitializingSingleton rivetTransactionalSegments(@RivetDataSource ObjectProvider<DataSource> own,
			ObjectProvider<DataSource> dataSource, ObjectProvider<ConfigurableTransactionManager> transactionManagers) {
		return () -> {
			TransactionalSegments listener = new TransactionalSegments(dataSource(own, dataSource));
			List<ConfigurableTransactionManager> managers = transactionManagers.stream().toList();
			managers.forEach((manager) -> manager.addListener(listener));
		};
	}

	/**
	 * Keeps inputs as clients send them.
	 */
	private static final class CborInputs implements InputFormat {

		@Override
		public byte[] write(JsonNode input) {
			return CborValue.write(input);
		}

		@Override
		public JsonNode read(byte[] bytes) {
			return CborValue.read(bytes);
		}

	}

}
