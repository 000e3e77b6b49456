package dev.rivet.autoconfigure;

import jakarta.servlet.ServletContext;
import jakarta.websocket.WebSocketContainer;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Lets Tomcat accept what clients send: connection parameters of 4 KiB, percent-encoded
 * in a header, names with a {@code /} or backslash in the path, and hundreds of
 * connections at once, as after a restart. And lets it hold less heap for WebSockets, of
 * which there may be many that are idle. What the application sets itself stands; for
 * encoded slashes in its own paths it sets {@code rivet.refuse-encoded-slashes}, too.
 */
final class TomcatDefaults implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

	static final String HEADER_SIZE_PROPERTY = "server.max-http-request-header-size";

	static final int MAX_HEADER_SIZE = 32 * 1024;

	/**
	 * How many connections may wait to be accepted, of which Tomcat has 100 and Jetty 50.
	 * One that finds no room is tried again by its client's system, a second later.
	 */
	static final int BACKLOG = 1024;

	private static final String BACKLOG_PROPERTY = "server.tomcat.accept-count";

	/**
	 * Each connection has two buffers of this size, which Tomcat makes 8 KiB.
	 */
	private static final int NETWORK_BUFFER_SIZE = 2 * 1024;

	/**
	 * Each WebSocket has three more of this size, which Tomcat makes 8 KiB.
	 */
	private static final int SOCKET_BUFFER_SIZE = 4 * 1024;

	private static final String SOCKET_BUFFER_PROPERTY = "org.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE";

	/**
	 * Tomcat's own limit of the messages of other WebSockets, which it derives from the
	 * size of the buffers.
	 */
	private static final int MAX_MESSAGE_SIZE = 8 * 1024;

	/**
	 * Right after Boot's own customizers, which set its defaults, and before those of the
	 * application.
	 */
	static final int ORDER = 1;

	private final Environment environment;

	TomcatDefaults(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		boolean headerSizeIsSet = this.environment.containsProperty(HEADER_SIZE_PROPERTY);
		boolean backlogIsSet = this.environment.containsProperty(BACKLOG_PROPERTY);
		factory.addConnectorCustomizers((connector) -> {
			connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
			connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
			if (!headerSizeIsSet && connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
				http.setMaxHttpRequestHeaderSize(MAX_HEADER_SIZE);
			}
			if (!backlogIsSet && connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
				http.setAcceptCount(BACKLOG);
			}
			connector.setProperty("socket.appReadBufSize", String.valueOf(NETWORK_BUFFER_SIZE));
			connector.setProperty("socket.appWriteBufSize", String.valueOf(NETWORK_BUFFER_SIZE));
		});
		if (System.getProperty(SOCKET_BUFFER_PROPERTY) == null) {
			System.setProperty(SOCKET_BUFFER_PROPERTY, String.valueOf(SOCKET_BUFFER_SIZE));
		}
		factory.addContextLifecycleListeners((event) -> {
			if (Lifecycle.AFTER_START_EVENT.equals(event.getType())
					&& event.getLifecycle() instanceof Context context) {
				keepMessageSizes(context.getServletContext());
			}
		});
	}

	private static void keepMessageSizes(ServletContext servletContext) {
		Object attribute = servletContext
			.getAttribute(WebSocketContainer.class.getPackageName() + ".server.ServerContainer");
		if (attribute instanceof WebSocketContainer container
				&& container.getDefaultMaxTextMessageBufferSize() == SOCKET_BUFFER_SIZE) {
			container.setDefaultMaxTextMessageBufferSize(MAX_MESSAGE_SIZE);
			container.setDefaultMaxBinaryMessageBufferSize(MAX_MESSAGE_SIZE);
		}
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
