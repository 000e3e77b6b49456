package dev.rivet.autoconfigure;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Lets Tomcat accept what clients send: connection parameters of 4 KiB, percent-encoded
 * in a header, and names with a {@code /} or backslash in the path. What the application
 * sets itself stands.
 */
final class TomcatDefaults implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

	private static final int MAX_HEADER_SIZE = 32 * 1024;

	/**
	 * Right after Boot's own customizers, which set its defaults, and before those of the
	 * application.
	 */
	private static final int ORDER = 1;

	private final Environment environment;

	TomcatDefaults(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		boolean headerSizeIsSet = this.environment.containsProperty("server.max-http-request-header-size");
		factory.addConnectorCustomizers((connector) -> {
			connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
			connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
			if (!headerSizeIsSet && connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
				http.setMaxHttpRequestHeaderSize(MAX_HEADER_SIZE);
			}
		});
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
