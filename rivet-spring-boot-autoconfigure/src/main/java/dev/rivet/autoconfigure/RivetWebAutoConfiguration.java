package dev.rivet.autoconfigure;

import java.time.Duration;
import java.util.List;

import dev.rivet.protocol.WireMapper;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.web.GatewayHandler;
import dev.rivet.web.GatewayHandlerMapping;
import dev.rivet.web.ManagementController;
import dev.rivet.web.MessageLimits;
import dev.rivet.web.OpaqueBodyFilter;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.util.unit.DataSize;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * {@link AutoConfiguration Auto-configuration} for the HTTP side of actors.
 */
@AutoConfiguration(after = RivetAutoConfiguration.class)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(ActorRuntime.class)
public final class RivetWebAutoConfiguration {

	private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD");

	@Bean
	ManagementController rivetManagementController(ActorRuntime runtime, WireMapper wire) {
		return new ManagementController(runtime, wire.getMapper(), version());
	}

	@Bean
	GatewayHandlerMapping rivetGatewayHandlerMapping(ActorRuntime runtime, WireMapper wire,
			RivetProperties properties) {
		MessageLimits limits = new MessageLimits(bytes(properties.getMaxIncomingMessageSize()),
				bytes(properties.getMaxOutgoingMessageSize()));
		GatewayHandler handler = new GatewayHandler(runtime, wire.getMapper(), limits, version(),
				new SimpleAsyncTaskExecutor("rivet-write-"));
		return new GatewayHandlerMapping(properties.getBasePath(), handler);
	}

	@Bean
	FilterRegistrationBean<CorsFilter> rivetCorsFilter(RivetProperties properties) {
		CorsConfiguration configuration = new CorsConfiguration();
		configuration.setAllowedOrigins(properties.getCors().getAllowedOrigins());
		configuration.setAllowedOriginPatterns(properties.getCors().getAllowedOriginPatterns());
		configuration.setAllowedMethods(METHODS);
		configuration.addAllowedHeader(CorsConfiguration.ALL);
		configuration.addExposedHeader(CorsConfiguration.ALL);
		configuration.setAllowCredentials(properties.getCors().isAllowCredentials());
		configuration.setMaxAge(Duration.ofDays(1));
		UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
		source.registerCorsConfiguration(properties.getBasePath() + "/**", configuration);
		FilterRegistrationBean<CorsFilter> registration = new FilterRegistrationBean<>(new CorsFilter(source));
		registration.addUrlPatterns(properties.getBasePath() + "/*");
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
		return registration;
	}

	@Bean
	FilterRegistrationBean<OpaqueBodyFilter> rivetOpaqueBodyFilter(RivetProperties properties) {
		FilterRegistrationBean<OpaqueBodyFilter> registration = new FilterRegistrationBean<>(new OpaqueBodyFilter());
		registration.addUrlPatterns(properties.getBasePath() + "/*");
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 101);
		return registration;
	}

	private static int bytes(DataSize size) {
		return Math.toIntExact(size.toBytes());
	}

	private static String version() {
		String version = RivetWebAutoConfiguration.class.getPackage().getImplementationVersion();
		return (version != null) ? version : "0.1.0";
	}

	/**
	 * Defaults for Tomcat, where that is the web server.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(TomcatServletWebServerFactory.class)
	static class TomcatConfiguration {

		@Bean
		TomcatDefaults rivetTomcatDefaults(Environment environment) {
			return new TomcatDefaults(environment);
		}

	}

}
