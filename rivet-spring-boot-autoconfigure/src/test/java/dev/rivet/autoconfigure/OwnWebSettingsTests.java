package dev.rivet.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.OnRequest;
import dev.rivet.actor.State;
import dev.rivet.client.ActorHandle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.servlet.config.annotation.PathMatchConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for actors in an application that has settings of its own for Spring MVC: what
 * clients expect is not changed by them, and what actors answer raw requests with is.
 */
@Timeout(60)
class OwnWebSettingsTests {

	private static final HttpClient http = HttpClient.newHttpClient();

	private static RunningApplication application;

	@BeforeAll
	static void start(@TempDir Path pages) throws IOException {
		Files.writeString(pages.resolve("page"), "a page of the application");
		application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:own-settings;DB_CLOSE_DELAY=-1",
						RunningApplication.WITHOUT_SECURITY, "spring.mvc.async.request-timeout=300ms",
						"spring.web.resources.static-locations=" + pages.toUri(),
						"rivet.actors.door.action-timeout=300ms"),
				Settings.class, Wrapping.class, Door.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void metadataAreAsClientsExpectThem() throws Exception {
		HttpResponse<String> metadata = get("/metadata");
		assertThat(metadata.statusCode()).isEqualTo(200);
		assertThat(metadata.headers().firstValue("content-type")).hasValue("application/json");
		assertThat(metadata.body()).startsWith("{\"runtime\":\"rivetkit\"");
		HttpResponse<String> refused = get("/actors");
		assertThat(refused.statusCode()).isEqualTo(400);
		assertThat(refused.body()).contains("\"code\":\"invalid\"");
		assertThat(get("/own/anything").statusCode()).isEqualTo(404);
	}

	@Test
	void anAnswerThatIsNotThereAtOnceIsWhole() throws Exception {
		CompletableFuture<HttpResponse<String>> answer = http.sendAsync(call("later", "await"),
				BodyHandlers.ofString());
		await().until(() -> application.actor("door", "later").call(boolean.class, "isAwaited"));
		application.actor("door", "later").call(Void.class, "release", "hello");
		assertThat(answer.join().body()).isEqualTo("{\"output\":\"hello\"}");
	}

	@Test
	void streamsEndWhereTheyEnd() throws Exception {
		assertThat(get("/gateway/" + id("streams") + "/request/page").body()).isEqualTo("a stream of the actor");
	}

	@Test
	void streamsTakeAsLongAsSpringMvcLetsThem() throws Exception {
		assertThat(get("/gateway/" + id("slow") + "/request/endless").body()).isEqualTo("data:first\n\n");
	}

	@Test
	void parametersAreThoseOfTheRequest() throws Exception {
		assertThat(get("/gateway/door/request/parameters?rvt-namespace=default&rvt-method=getOrCreate&rvt-key=params"
				+ "&rvt-runner=default&rvt-crash-policy=sleep&mine=1")
			.body()).isEqualTo("{mine=1}");
	}

	@Test
	void whoLeavesAfterTheAnswerIsStillKnown() throws Exception {
		HttpResponse<String> answer = http.send(call("known", "outlast"), BodyHandlers.ofString());
		assertThat(answer.body()).contains("timed_out");
		ActorHandle door = application.actor("door", "known");
		await().untilAsserted(() -> assertThat(door.call(List.class, "left")).contains("x-who ada"));
	}

	private static String id(String key) {
		return application.actor("door", key).resolve();
	}

	private static HttpRequest call(String key, String action) {
		return HttpRequest.newBuilder(uri("/gateway/" + id(key) + "/action/" + action))
			.header("Content-Type", "application/json")
			.header("x-who", "ada")
			.POST(BodyPublishers.ofString("{\"args\":[]}"))
			.build();
	}

	private static HttpResponse<String> get(String path) throws Exception {
		return http.send(HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20)).build(),
				BodyHandlers.ofString());
	}

	private static URI uri(String path) {
		return URI.create("http://localhost:" + application.port() + "/api/rivet" + path);
	}

	@Configuration(proxyBeanMethods = false)
	static class Settings implements WebMvcConfigurer {

		@Override
		public void configurePathMatch(PathMatchConfigurer configurer) {
			configurer.addPathPrefix("/own", (controller) -> true);
		}

		@Bean
		ShallowEtagHeaderFilter etags() {
			return new ShallowEtagHeaderFilter();
		}

	}

	@RestControllerAdvice
	static class Wrapping implements ResponseBodyAdvice<Object> {

		@Override
		public boolean supports(MethodParameter type, Class<? extends HttpMessageConverter<?>> converter) {
			return !type.getContainingClass().equals(Door.class);
		}

		@Override
		public Object beforeBodyWrite(@Nullable Object body, MethodParameter type, MediaType contentType,
				Class<? extends HttpMessageConverter<?>> converter, ServerHttpRequest request,
				ServerHttpResponse response) {
			return Map.of("wrapped", String.valueOf(body));
		}

	}

	@Actor("door")
	static class Door {

		private final CompletableFuture<String> gate = new CompletableFuture<>();

		private boolean awaited;

		@State
		private final List<String> left = new ArrayList<>();

		@OnDisconnect
		void leave(org.springframework.http.@Nullable HttpRequest request) {
			if (request != null) {
				this.left.add("x-who " + request.getHeaders().getFirst("x-who"));
			}
		}

		@OnRequest
		Object open(jakarta.servlet.http.HttpServletRequest request, @RequestParam Map<String, String> parameters)
				throws IOException {
			switch (request.getRequestURI()) {
				case "/page" -> {
					StreamingResponseBody body = (out) -> out.write("a stream of the actor".getBytes());
					return body;
				}
				case "/endless" -> {
					SseEmitter emitter = new SseEmitter();
					emitter.send("first");
					return emitter;
				}
				default -> {
					return parameters.toString();
				}
			}
		}

		@Action
		String await(ActorContext context) {
			this.awaited = true;
			return context.await(this.gate);
		}

		@Action
		boolean isAwaited() {
			return this.awaited;
		}

		@Action
		void release(String text) {
			this.gate.complete(text);
		}

		@Action
		void outlast() {
			long until = System.nanoTime() + Duration.ofMillis(600).toNanos();
			while (System.nanoTime() - until < 0) {
				Thread.onSpinWait();
			}
		}

		@Action
		List<String> left() {
			return this.left;
		}

	}

}
