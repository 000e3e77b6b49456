package dev.rivet.actuate;

import dev.rivet.runtime.ActorRuntime;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for metrics of actors in an application
 * with Micrometer.
 */
@AutoConfiguration(afterName = { "dev.rivet.autoconfigure.RivetAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@ConditionalOnClass({ ActorRuntime.class, MeterRegistry.class })
@ConditionalOnBean({ ActorRuntime.class, MeterRegistry.class })
public final class RivetMetricsAutoConfiguration {

	@Bean
	ActorMetrics rivetActorMetrics(ActorRuntime runtime) {
		return new ActorMetrics(runtime);
	}

}
