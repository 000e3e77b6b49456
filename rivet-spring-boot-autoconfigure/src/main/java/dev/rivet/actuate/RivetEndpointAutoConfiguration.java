package dev.rivet.actuate;

import dev.rivet.runtime.ActorRuntime;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the Actuator endpoint {@code actors}.
 */
@AutoConfiguration(afterName = "dev.rivet.autoconfigure.RivetAutoConfiguration")
@ConditionalOnClass({ ActorRuntime.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(ActorRuntime.class)
@ConditionalOnAvailableEndpoint(ActorsEndpoint.class)
public final class RivetEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ActorsEndpoint rivetActorsEndpoint(ActorRuntime runtime) {
		return new ActorsEndpoint(runtime);
	}

}
