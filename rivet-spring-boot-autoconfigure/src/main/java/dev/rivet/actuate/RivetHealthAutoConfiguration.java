package dev.rivet.actuate;

import dev.rivet.runtime.ActorRuntime;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the health of this node as an owner of
 * actors.
 */
@AutoConfiguration(afterName = "dev.rivet.autoconfigure.RivetAutoConfiguration")
@ConditionalOnClass({ ActorRuntime.class, HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(ActorRuntime.class)
@ConditionalOnEnabledHealthIndicator("rivet")
public final class RivetHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "rivetHealthIndicator")
	RivetHealthIndicator rivetHealthIndicator(ActorRuntime runtime) {
		return new RivetHealthIndicator(runtime);
	}

}
