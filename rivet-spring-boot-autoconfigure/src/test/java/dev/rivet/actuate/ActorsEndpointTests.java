package dev.rivet.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.autoconfigure.RivetAutoConfiguration;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorHandle;
import dev.rivet.store.ActorStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ActorsEndpoint} and {@link RivetEndpointAutoConfiguration}.
 */
@Timeout(60)
class ActorsEndpointTests {

	private static final HttpClient http = HttpClient.newHttpClient();

	private static RunningApplication application;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RivetAutoConfiguration.class, RivetEndpointAutoConfiguration.class))
		.withBean(ActorStore.class, () -> mock(ActorStore.class));

	@BeforeAll
	static void start(@TempDir Path directory) {
		application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=" + RunningApplication.sqlite(directory),
						"management.endpoints.web.exposure.include=actors",
						"spring.jackson.property-naming-strategy=SNAKE_CASE", RunningApplication.WITHOUT_SECURITY),
				Room.class, Hall.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void actorsAreShownWithoutWakingThem() throws Exception {
		ActorHandle room = application.actor("room", "a", "b/c");
		room.call(void.class, "enter");
		assertThat(get("/actors").at("/actors/room/awake").asInt()).isOne();
		assertThat(get("/actors").at("/actors/hall/awake").asInt()).isZero();
		String id = application.sleep(room);
		JsonNode shown = get("/actors/room?key=a/b%5C/c").at("/actors/0");
		assertThat(shown.get("id").asString()).isEqualTo(id);
		assertThat(shown.get("key")).hasToString("[\"a\",\"b/c\"]");
		assertThat(shown.get("sleptAt").asString()).startsWith("20");
		assertThat(get("/actors/room?key=x").get("actors")).isEmpty();
		assertThat(get("/actors").at("/actors/room/awake").asInt()).isZero();
	}

	@Test
	void manyActorsComeInPages() throws Exception {
		for (int i = 0; i < 101; i++) {
			application.actor("hall", String.valueOf(i)).resolve();
		}
		JsonNode page = get("/actors/hall");
		assertThat(page.get("actors")).hasSize(100);
		JsonNode last = get("/actors/hall?cursor=" + page.get("cursor").asString());
		assertThat(last.get("actors")).hasSize(1);
		assertThat(last.has("cursor")).isFalse();
		assertThat(send("GET", "/actors/hall?cursor=nonsense").statusCode()).isEqualTo(400);
		assertThat(get("/actors/nobody").get("actors")).isEmpty();
	}

	@Test
	void actorsAreEnded() throws Exception {
		ActorHandle room = application.actor("room", "ended");
		room.call(void.class, "enter");
		String id = room.resolve();
		assertThat(send("POST", "/actors/hall/" + id).statusCode()).isEqualTo(404);
		assertThat(send("POST", "/actors/room/" + id).statusCode()).isEqualTo(204);
		await().until(() -> !application.runtime().administration().isAwake(id));
		assertThat(send("DELETE", "/actors/hall/" + id).statusCode()).isEqualTo(404);
		assertThat(send("DELETE", "/actors/room/" + id).statusCode()).isEqualTo(204);
		assertThat(send("DELETE", "/actors/room/" + id).statusCode()).isEqualTo(404);
		assertThat(room.resolve()).isNotEqualTo(id);
	}

	@Test
	void isThereWhereItIsExposed() {
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ActorsEndpoint.class));
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).hasSingleBean(ActorsEndpoint.class));
		this.runner
			.withPropertyValues("management.endpoints.web.exposure.include=*", "management.endpoint.actors.access=NONE")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ActorsEndpoint.class));
	}

	private static JsonNode get(String path) throws IOException, InterruptedException {
		HttpResponse<String> answer = send("GET", path);
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(answer.body());
	}

	private static HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
		return http
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + application.port() + "/actuator" + path))
				.method(method, BodyPublishers.noBody())
				.build(), BodyHandlers.ofString());
	}

	@Actor("room")
	static class Room {

		@Action
		void enter() {
		}

	}

	@Actor("hall")
	static class Hall {

		@Action
		void enter() {
		}

	}

}
