package dev.rivet.autoconfigure;

import java.util.Arrays;

import org.eclipse.jetty.ee11.servlet.ServletHandler;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.ServerConnector;

import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Lets Jetty accept what clients send, as {@link TomcatDefaults} does with Tomcat.
 */
final class JettyDefaults implements WebServerFactoryCustomizer<JettyServletWebServerFactory>, Ordered {

	private final Environment environment;

	JettyDefaults(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void customize(JettyServletWebServerFactory factory) {
		factory.addServerCustomizers((server) -> {
			Arrays.stream(server.getConnectors()).forEach(this::customize);
			server.getDescendants(ServletHandler.class).forEach((handler) -> handler.setDecodeAmbiguousURIs(true));
		});
	}

	private void customize(Connector connector) {
		if (connector instanceof ServerConnector listening && listening.getAcceptQueueSize() == 0) {
			listening.setAcceptQueueSize(TomcatDefaults.BACKLOG);
		}
		connector.getConnectionFactories()
			.stream()
			.filter(HttpConfiguration.ConnectionFactory.class::isInstance)
			.map((factory) -> ((HttpConfiguration.ConnectionFactory) factory).getHttpConfiguration())
			.forEach(this::customize);
	}

	private void customize(HttpConfiguration configuration) {
		configuration.setUriCompliance(configuration.getUriCompliance()
			.with("RIVET", Violation.AMBIGUOUS_EMPTY_SEGMENT, Violation.AMBIGUOUS_PATH_SEPARATOR,
					Violation.AMBIGUOUS_PATH_ENCODING, Violation.SUSPICIOUS_PATH_CHARACTERS));
		if (!this.environment.containsProperty(TomcatDefaults.HEADER_SIZE_PROPERTY)) {
			configuration.setRequestHeaderSize(TomcatDefaults.MAX_HEADER_SIZE);
		}
	}

	@Override
	public int getOrder() {
		return TomcatDefaults.ORDER;
	}

}
