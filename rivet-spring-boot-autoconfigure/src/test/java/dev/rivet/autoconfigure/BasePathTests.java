package dev.rivet.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

import dev.rivet.actor.Actor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for actors that are served below the paths of the application and of Spring MVC.
 */
@Timeout(60)
class BasePathTests {

	private static final String BASE = "/ctx/app/actors";

	private static final String ITEM = "?rvt-namespace=default&rvt-method=getOrCreate&rvt-runner=default&rvt-key=a";

	private static final HttpClient http = HttpClient.newHttpClient();

	@Test
	void everythingIsServedBelowAllOfThem() throws Exception {
		try (RunningApplication application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:paths", RunningApplication.WITHOUT_SECURITY,
						"server.servlet.context-path=/ctx", "spring.mvc.servlet.path=/app", "rivet.base-path=actors/",
						"rivet.cors.allowed-origins=https://app.example.org"),
				Item.class)) {
			HttpResponse<String> health = get(application, "/health");
			assertThat(health.statusCode()).isEqualTo(200);
			assertThat(health.headers().firstValue("access-control-allow-origin")).isPresent();
			assertThat(get(application, "/gateway/item/health" + ITEM).body()).isEqualTo("ok");
			assertThat(get(application, "/nonsense").body()).contains("\"group\":\"route\"");
			try (PlainSocket socket = PlainSocket.open(application.port(), BASE + "/gateway/item/connect" + ITEM,
					"rivet, rivet_encoding.json")) {
				assertThat(socket.read()).contains("\"tag\":\"Init\"");
			}
			assertThat(get(application, "/gateway/item/queue/a%2Fb" + ITEM).statusCode()).isEqualTo(404);
			assertThat(get(application, "/../a%2Fb").statusCode()).isEqualTo(400);
			PlainSocket.open(application.port(), BASE + "/stomp", "v12.stomp").close();
		}
	}

	private static HttpResponse<String> get(RunningApplication application, String path) throws Exception {
		return http.send(HttpRequest.newBuilder(URI.create("http://localhost:" + application.port() + BASE + path))
			.header("Origin", "https://app.example.org")
			.build(), BodyHandlers.ofString());
	}

	@Actor("item")
	static class Item {

	}

}
