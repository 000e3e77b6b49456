package dev.rivet.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import dev.rivet.protocol.WireMapper;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.web.AnswerFilter;
import dev.rivet.web.EncodedSlashFilter;
import dev.rivet.web.GatewayHandler;
import dev.rivet.web.GatewayHandlerMapping;
import dev.rivet.web.GatewaySocketHandler;
import dev.rivet.web.ManagementController;
import dev.rivet.web.ManagementHandlerMapping;
import dev.rivet.web.MessageLimits;
import dev.rivet.web.OpaqueBodyFilter;
import dev.rivet.web.RawRequestHandler;
import dev.rivet.web.Sockets;
import dev.rivet.web.StompEndpoint;
import jakarta.servlet.Filter;
import jakarta.websocket.server.ServerContainer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.messaging.simp.broker.SimpleBrokerMessageHandler;
import org.springframework.util.unit.DataSize;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.socket.WebSocketHandler;

/**
 * {@link AutoConfiguration Auto-configuration} for the HTTP side of actors.
 */
@AutoConfiguration(after = { RivetAutoConfiguration.class, WebMvcAutoConfiguration.class })
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(ActorRuntime.class)
public final class RivetWebAutoConfiguration {

	/**
	 * Paths that are the same encoded and decoded, and not the root, where the
	 * application's own are.
	 */
	private static final Pattern BASE_PATH = Pattern.compile("(/[\\w.~-]+)+");

	private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD");

	@Bean
	ManagementController rivetManagementController(ActorRuntime runtime, WireMapper wire, RivetProperties properties) {
		return new ManagementController(runtime, wire.getMapper(), version(), properties.getKvToken());
	}

	@Bean(autowireCandidate = false)
	ManagementHandlerMapping rivetManagementHandlerMapping(ManagementController controller) {
		return new ManagementHandlerMapping(controller);
	}

	@Bean
	MessageLimits rivetMessageLimits(RivetProperties properties) {
		return new MessageLimits(bytes(properties.getMaxIncomingMessageSize()),
				bytes(properties.getMaxOutgoingMessageSize()), bytes(properties.getWebsocket().getSendBufferSize()));
	}

	@Bean
	GatewayHandler rivetGatewayHandler(ActorRuntime runtime, WireMapper wire, MessageLimits limits,
			RivetProperties properties, @Qualifier("requestMappingHandlerAdapter") RequestMappingHandlerAdapter mvc,
			ObjectProvider<WebMvcProperties> mvcProperties,
			@Qualifier(TaskExecutionAutoConfiguration.APPLICATION_TASK_EXECUTOR_BEAN_NAME) ObjectProvider<AsyncTaskExecutor> executor) {
		WebMvcProperties known = mvcProperties.getIfAvailable();
		Duration timeout = (known != null) ? known.getAsync().getRequestTimeout() : null;
		RawRequestHandler rawRequests = new RawRequestHandler(runtime, mvc,
				properties.getMaxRequestBodySize().toBytes(), (timeout != null) ? timeout.toMillis() : null,
				executor.getIfAvailable());
		return new GatewayHandler(runtime, rawRequests, wire.getMapper(), limits, version());
	}

	@Bean
	GatewayHandlerMapping rivetGatewayHandlerMapping(GatewayHandler handler, RivetProperties properties,
			ObjectProvider<GatewaySocketHandler> sockets, ObjectProvider<DispatcherServletPath> dispatcher) {
		return new GatewayHandlerMapping(path(properties, dispatcher), handler, sockets.getIfAvailable());
	}

	/**
	 * Answers what nothing else under the base path does, before Spring's static
	 * resources are looked for.
	 */
	@Bean
	SimpleUrlHandlerMapping rivetUnknownRouteMapping(GatewayHandler handler, RivetProperties properties) {
		return new SimpleUrlHandlerMapping(Map.of(basePath(properties) + "/**", handler),
				Ordered.LOWEST_PRECEDENCE - 100);
	}

	@Bean
	FilterRegistrationBean<CorsFilter> rivetCorsFilter(RivetProperties properties,
			ObjectProvider<DispatcherServletPath> dispatcher) {
		CorsConfiguration configuration = new CorsConfiguration();
		configuration.setAllowedOrigins(properties.getCors().getAllowedOrigins());
		configuration.setAllowedOriginPatterns(properties.getCors().getAllowedOriginPatterns());
		configuration.setAllowedMethods(METHODS);
		configuration.addAllowedHeader(CorsConfiguration.ALL);
		configuration.addExposedHeader(CorsConfiguration.ALL);
		configuration.setAllowCredentials(properties.getCors().isAllowCredentials());
		configuration.setMaxAge(Duration.ofDays(1));
		requireUsable(configuration);
		return registration(new CorsFilter((request) -> configuration), Ordered.HIGHEST_PRECEDENCE + 100,
				path(properties, dispatcher));
	}

	private static void requireUsable(CorsConfiguration configuration) {
		try {
			configuration.validateAllowCredentials();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException("rivet.cors.allowed-origins",
					configuration.getAllowedOrigins(),
					"Not every origin may send credentials. Use rivet.cors.allowed-origin-patterns, or set "
							+ "rivet.cors.allow-credentials=false.");
		}
	}

	@Bean
	FilterRegistrationBean<EncodedSlashFilter> rivetEncodedSlashFilter(RivetProperties properties,
			ObjectProvider<DispatcherServletPath> dispatcher) {
		FilterRegistrationBean<EncodedSlashFilter> registration = registration(
				new EncodedSlashFilter(path(properties, dispatcher)), Ordered.HIGHEST_PRECEDENCE, "");
		registration.setEnabled(properties.isRefuseEncodedSlashes());
		return registration;
	}

	@Bean
	FilterRegistrationBean<AnswerFilter> rivetAnswerFilter(RivetProperties properties,
			ObjectProvider<DispatcherServletPath> dispatcher) {
		return registration(new AnswerFilter(), Ordered.HIGHEST_PRECEDENCE, path(properties, dispatcher));
	}

	@Bean
	FilterRegistrationBean<OpaqueBodyFilter> rivetOpaqueBodyFilter(RivetProperties properties,
			ObjectProvider<DispatcherServletPath> dispatcher) {
		return registration(new OpaqueBodyFilter(), Ordered.HIGHEST_PRECEDENCE + 101, path(properties, dispatcher));
	}

	private static <F extends Filter> FilterRegistrationBean<F> registration(F filter, int order, String path) {
		FilterRegistrationBean<F> registration = new FilterRegistrationBean<>(filter);
		registration.addUrlPatterns(path + "/*");
		registration.setOrder(order);
		return registration;
	}

	/**
	 * Returns the path within the application, in which Spring MVC may have a part only.
	 */
	private static String path(RivetProperties properties, ObjectProvider<DispatcherServletPath> dispatcher) {
		String basePath = basePath(properties);
		DispatcherServletPath servlet = dispatcher.getIfUnique();
		return (servlet != null) ? servlet.getRelativePath(basePath) : basePath;
	}

	private static String basePath(RivetProperties properties) {
		String configured = properties.getBasePath();
		String path = configured.startsWith("/") ? configured : "/" + configured;
		path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
		if (!BASE_PATH.matcher(path).matches()) {
			throw new InvalidBasePathException(configured);
		}
		return path;
	}

	private static int bytes(DataSize size) {
		return Math.toIntExact(size.toBytes());
	}

	private static String version() {
		String version = RivetWebAutoConfiguration.class.getPackage().getImplementationVersion();
		return (version != null) ? version : "0.1.0";
	}

	/**
	 * Connections over WebSockets, where the libraries for them are there.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ WebSocketHandler.class, ServerContainer.class })
	static class SocketConfiguration {

		@Bean
		Sockets rivetSockets(ActorRuntime runtime, RivetProperties properties) {
			return new Sockets(runtime, properties.getWebsocket().getPingInterval());
		}

		@Bean
		GatewaySocketHandler rivetGatewaySocketHandler(ActorRuntime runtime, WireMapper wire, MessageLimits limits,
				Sockets sockets) {
			return new GatewaySocketHandler(runtime, wire.getMapper(), limits, sockets);
		}

	}

	/**
	 * STOMP, where Spring's messaging is there too.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ WebSocketHandler.class, ServerContainer.class, SimpleBrokerMessageHandler.class })
	static class StompConfiguration {

		@Bean
		StompEndpoint rivetStompEndpoint(ActorRuntime runtime, WireMapper wire, MessageLimits limits, Sockets sockets,
				RivetProperties properties) {
			return new StompEndpoint(runtime, wire.getMapper(), limits, sockets,
					properties.getWebsocket().getPingInterval());
		}

		@Bean
		SimpleUrlHandlerMapping rivetStompHandlerMapping(StompEndpoint endpoint, RivetProperties properties) {
			return new SimpleUrlHandlerMapping(Map.of(basePath(properties) + "/stomp", endpoint),
					GatewayHandlerMapping.ORDER);
		}

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

	/**
	 * Defaults for Jetty, where that is the web server.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JettyServletWebServerFactory.class)
	static class JettyConfiguration {

		@Bean
		JettyDefaults rivetJettyDefaults(Environment environment) {
			return new JettyDefaults(environment);
		}

	}

}
