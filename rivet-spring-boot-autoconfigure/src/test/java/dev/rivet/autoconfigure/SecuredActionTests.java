package dev.rivet.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import dev.rivet.actor.OnStateChange;
import dev.rivet.actor.State;
import dev.rivet.client.ActorApi;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for who an actor's turn runs as. All turns share one thread, so that nobody's
 * identity may be left on it.
 */
@Timeout(120)
class SecuredActionTests {

	private static final HttpClient http = HttpClient.newHttpClient();

	private static final Queue<String> users = new ConcurrentLinkedQueue<>();

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:secured;DB_CLOSE_DELAY=-1", "rivet.threads.max=3",
						"spring.security.user.name=ann", "spring.security.user.password=secret",
						"spring.security.user.roles=ADMIN"),
				Security.class, Vault.class, Visitor.class, Clerk.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@AfterEach
	void leave() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void theTurnRunsAsTheCaller() {
		VaultApi vault = application.client().getOrCreate(VaultApi.class, "java");
		assertThat(vault.who()).isEqualTo("nobody");
		become("ann", "ROLE_ADMIN");
		assertThat(vault.who()).isEqualTo("ann");
		assertThat(vault.open()).isEqualTo("opened");
		assertThat(SecurityContextHolder.getContext().getAuthentication().getName()).isEqualTo("ann");
		SecurityContextHolder.clearContext();
		assertThat(vault.who()).isEqualTo("nobody");
		become("bob", "ROLE_USER");
		assertThat(vault.who()).isEqualTo("bob");
	}

	@Test
	void whoMayNotIsForbidden() {
		VaultApi vault = application.client().getOrCreate(VaultApi.class, "forbidden");
		assertForbidden(vault);
		become("bob", "ROLE_USER");
		assertForbidden(vault);
	}

	@Test
	void actorsCallOthersAsTheirCaller() {
		become("ann", "ROLE_ADMIN");
		assertThat(application.actor("visitor", "a").call(String[].class, "visit")).containsExactly("ann", "opened",
				"ann");
		SecurityContextHolder.clearContext();
		assertThat(application.actor("visitor", "a").call(String[].class, "visit")).containsExactly("nobody",
				"auth/forbidden", "nobody");
	}

	@Test
	void theTurnRunsAsTheUserOfTheRequest() throws Exception {
		assertThat(call("who", "ann").body()).contains("ann");
		assertThat(call("who", null).body()).contains("anonymousUser");
		assertThat(call("open", "ann").body()).contains("opened");
		HttpResponse<String> refused = call("open", null);
		assertThat(refused.statusCode()).isEqualTo(403);
		assertThat(refused.body()).contains("\"auth\"", "\"forbidden\"");
		assertThat(call("who", "ann").body()).contains("ann");
	}

	@Test
	void aConnectionBelongsToTheUserWhoOpenedIt() throws Exception {
		assertThat(connected("ann")).contains("\"output\":\"ann ann\"");
		assertThat(connected(null)).contains("\"output\":\"nobody anonymousUser\"");
		assertThat(connected("ann")).contains("\"output\":\"ann ann\"");
	}

	@Test
	void queuedCodeRunsAsWhoeverQueuedItAndHooksAsNobody() throws Exception {
		users.clear();
		for (int i = 0; i < 20; i++) {
			call("queue", "ann");
			call("queue", null);
		}
		await().untilAsserted(() -> assertThat(users).hasSize(80));
		assertThat(users).containsOnly("hook of nobody", "queued by ann as ann",
				"queued by anonymousUser as anonymousUser");
	}

	@Test
	void whoeverWakesAnActorIsNotItsMaker() throws Exception {
		ActorHandle clerk = application.actor("clerk", "a");
		String path = clerk.resolve() + "/action/maker";
		for (int i = 0; i < 100; i++) {
			assertThat(post(path, "ann").body()).contains("\"nobody\"");
		}
		application.sleep(clerk);
		assertThat(post(path, "ann").body()).contains("\"nobody\"");
	}

	private static String connected(String user) throws Exception {
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		WebSocket.Builder builder = http.newWebSocketBuilder().subprotocols("rivet", "rivet_encoding.json");
		if (user != null) {
			builder.header("Authorization", credentials(user));
		}
		WebSocket socket = builder.buildAsync(URI.create("ws://localhost:" + application.port()
				+ "/api/rivet/gateway/vault/connect?rvt-namespace=default&rvt-method=getOrCreate&rvt-runner=default"
				+ "&rvt-key=socket"), new WebSocket.Listener() {

					@Override
					public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
						heard.add(data.toString());
						webSocket.request(1);
						return null;
					}

				})
			.join();
		assertThat(heard.poll(10, TimeUnit.SECONDS)).contains("Init");
		socket.sendText("{\"body\":{\"tag\":\"ActionRequest\",\"val\":"
				+ "{\"id\":[\"$BigInt\",\"1\"],\"name\":\"connected\",\"args\":[]}}}", true);
		String answer = heard.poll(10, TimeUnit.SECONDS);
		socket.abort();
		return answer;
	}

	private static String credentials(String user) {
		byte[] credentials = (user + ":secret").getBytes(StandardCharsets.UTF_8);
		return "Basic " + Base64.getEncoder().encodeToString(credentials);
	}

	private static HttpResponse<String> call(String action, String user) throws IOException, InterruptedException {
		return post("vault/action/" + action
				+ "?rvt-namespace=default&rvt-method=getOrCreate&rvt-runner=default&rvt-key=http", user);
	}

	private static HttpResponse<String> post(String path, String user) throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + application.port() + "/api/rivet/gateway/" + path))
			.header("x-rivet-encoding", "json")
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"args\":[]}"));
		if (user != null) {
			request.header("Authorization", credentials(user));
		}
		return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static void become(String name, String... authorities) {
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken(name, "", authorities));
	}

	private static void assertForbidden(VaultApi vault) {
		assertThatExceptionOfType(RivetException.class).isThrownBy(vault::open)
			.satisfies((ex) -> assertThat(ex.is("auth", "forbidden")).isTrue());
	}

	private static String currentUser() {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		return (authentication != null) ? authentication.getName() : "nobody";
	}

	@Configuration(proxyBeanMethods = false)
	@EnableMethodSecurity
	static class Security {

		@Bean
		SecurityFilterChain everything(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

	}

	@ActorApi("vault")
	interface VaultApi {

		String who();

		String open();

	}

	@Actor("vault")
	static class Vault implements VaultApi {

		@State
		private int changes;

		@Action
		void queue(ActorContext context) {
			this.changes++;
			String caller = currentUser();
			context.run(() -> users.add("queued by " + caller + " as " + currentUser()));
		}

		@OnStateChange
		void changed() {
			users.add("hook of " + currentUser());
		}

		@Action
		@Override
		public String who() {
			return currentUser();
		}

		@Action
		String connected(Connection connection) {
			Principal principal = connection.principal();
			return ((principal != null) ? principal.getName() : "nobody") + " " + currentUser();
		}

		@Action
		@Override
		@PreAuthorize("hasRole('ADMIN')")
		public String open() {
			return "opened";
		}

	}

	@Actor("clerk")
	static class Clerk {

		private final String maker = currentUser();

		@Action
		String maker() {
			return this.maker;
		}

	}

	@Actor("visitor")
	static class Visitor {

		@Action
		List<String> visit(ActorContext context) {
			VaultApi vault = context.client().getOrCreate(VaultApi.class, "visited");
			String opened;
			try {
				opened = vault.open();
			}
			catch (RivetException ex) {
				opened = ex.group() + "/" + ex.code();
			}
			return List.of(vault.who(), opened, currentUser());
		}

	}

}
