package dev.rivet.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TomcatDefaults}.
 */
@Timeout(60)
class TomcatDefaultsTests {

	private static final HttpClient http = HttpClient.newHttpClient();

	@Test
	void headersMayHoldConnectionParameters() throws Exception {
		try (RunningApplication application = start("spring.main.banner-mode=off")) {
			assertThat(get(application, 32_000)).isEqualTo(200);
			assertThat(get(application, 33_000)).isEqualTo(400);
		}
	}

	@Test
	void theLimitOfTheApplicationStands() throws Exception {
		try (RunningApplication application = start("server.max-http-request-header-size=16KB")) {
			assertThat(get(application, 16_000)).isEqualTo(200);
			assertThat(get(application, 17_000)).isEqualTo(400);
		}
	}

	@Test
	void theCustomizerOfTheApplicationStands() throws Exception {
		try (RunningApplication application = start("spring.main.banner-mode=off", OwnLimit.class)) {
			assertThat(get(application, 3_800)).isEqualTo(200);
			assertThat(get(application, 5_000)).isEqualTo(400);
		}
	}

	@Test
	void encodedSlashesAreForActorsOnly() throws Exception {
		try (RunningApplication application = start("spring.main.banner-mode=off", OwnFiles.class)) {
			assertThat(get(application, "/api/rivet/gateway/a%2Fb/health")).isEqualTo(404);
			assertThat(get(application, "/files/a")).isEqualTo(200);
			for (String slash : List.of("%2F", "%2f", "%5C")) {
				assertThat(get(application, "/files/.." + slash + "a")).isEqualTo(400);
				assertThat(get(application, "/api/rivet/../../files/.." + slash + "a")).isEqualTo(400);
				assertThat(get(application, "/files/../api/rivet/.." + slash + "a")).isEqualTo(400);
			}
		}
	}

	@Test
	void encodedSlashesThatTheApplicationWantsAreLetThrough() throws Exception {
		try (RunningApplication application = start("rivet.refuse-encoded-slashes=false", OwnFiles.class)) {
			assertThat(get(application, "/files/a%2Fb")).isEqualTo(200);
		}
	}

	@Test
	void otherSocketsOfTheApplicationTakeMessagesAsBefore() throws Exception {
		try (RunningApplication application = start("spring.main.banner-mode=off", OwnSocket.class);
				PlainSocket socket = PlainSocket.open(application.port(), "/own", "none")) {
			socket.text("x".repeat(8_000));
			assertThat(socket.read()).isEqualTo("8000");
		}
	}

	private static RunningApplication start(String property, Class<?>... classes) {
		return RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:headers", RunningApplication.WITHOUT_SECURITY, property),
				classes);
	}

	private static int get(RunningApplication application, String path) throws Exception {
		return http
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + application.port() + path))
				.version(HttpClient.Version.HTTP_1_1)
				.build(), BodyHandlers.ofString())
			.statusCode();
	}

	/**
	 * Sends a header that is somewhat smaller than all headers together may be.
	 */
	private static int get(RunningApplication application, int size) throws Exception {
		return http
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + application.port() + "/api/rivet/health"))
				.version(HttpClient.Version.HTTP_1_1)
				.header("x-large", "x".repeat(size))
				.build(), BodyHandlers.ofString())
			.statusCode();
	}

	@RestController
	static class OwnFiles {

		@GetMapping("/files/{name}")
		String read(@PathVariable String name) {
			return name;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnLimit {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> ownLimit() {
			return (factory) -> factory
				.addConnectorCustomizers((connector) -> ((AbstractHttp11Protocol<?>) connector.getProtocolHandler())
					.setMaxHttpRequestHeaderSize(4 * 1024));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebSocket
	static class OwnSocket implements WebSocketConfigurer {

		@Override
		public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
			registry.addHandler(new TextWebSocketHandler() {

				@Override
				protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
					session.sendMessage(new TextMessage(String.valueOf(message.getPayloadLength())));
				}

			}, "/own");
		}

	}

}
