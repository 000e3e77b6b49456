package dev.rivet.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import dev.rivet.client.ActorConnection;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.ConnectionStatus;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import dev.rivet.remote.RemoteServer;
import dev.rivet.runtime.ActorRuntime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for who connects to actors: other actors, and users.
 */
@Timeout(30)
class ConnectingTests {

	private static RunningApplication application;

	private final String key = UUID.randomUUID().toString();

	@BeforeAll
	static void start() {
		application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:connecting;DB_CLOSE_DELAY=-1",
						"spring.security.user.name=ann", "spring.security.user.password=secret"),
				Security.class, Leader.class, Follower.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void actorListensToAnother() {
		ActorHandle follower = application.actor("follower", this.key);
		assertThat(follower.call(Integer.class, "follow")).isEqualTo(1);
		application.actor("leader", this.key).call(Integer.class, "publish");
		await().untilAsserted(() -> assertThat(follower.call(List.class, "seen")).isEqualTo(List.of(1, 2)));
	}

	@Test
	void callOfATurnThatFailsDoesNotLeave() {
		ActorHandle follower = application.actor("follower", this.key);
		follower.call(Integer.class, "follow");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> follower.call(Void.class, "publishAndFail"))
			.satisfies((ex) -> assertThat(ex.is("user", "changed_my_mind")).isTrue());
		assertThat(follower.call(Integer.class, "publish")).isEqualTo(2);
	}

	@Test
	void listenerOfATurnThatFailsIsNotAdded() {
		ActorHandle follower = application.actor("follower", this.key);
		follower.call(Integer.class, "follow");
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> follower.call(Void.class, "listenTo", "noted", true));
		ActorHandle leader = application.actor("leader", this.key);
		leader.call(Void.class, "note", 10);
		follower.call(Void.class, "listenTo", "noted", false);
		follower.call(Integer.class, "publish");
		leader.call(Void.class, "note", 20);
		await().untilAsserted(() -> assertThat(follower.call(List.class, "seen")).isEqualTo(List.of(1, 2, 20)));
	}

	@Test
	void connectionThatIsOpenedAgainIsThatOfTheSameUser() {
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("ann", "", "ROLE_USER"));
		ActorHandle leader = application.actor("leader", this.key);
		try (ActorConnection connection = leader.connect()) {
			SecurityContextHolder.clearContext();
			staysAnn(connection);
		}
		finally {
			SecurityContextHolder.clearContext();
		}
	}

	@Test
	void remoteUserIsKnownByTheHeadersOfTheClient() {
		String port = application.context().getEnvironment().getProperty("local.server.port");
		String credentials = Base64.getEncoder().encodeToString("ann:secret".getBytes(StandardCharsets.UTF_8));
		try (RivetClient client = RemoteServer.at("http://localhost:" + port + "/api/rivet")
			.header("Authorization", "Basic " + credentials)
			.client()) {
			ActorHandle leader = client.getOrCreate("leader", this.key);
			assertThat(leader.call(String.class, "who")).isEqualTo("ann");
			staysAnn(leader.connect());
		}
		try (RivetClient client = RemoteServer.at("http://localhost:" + port + "/api/rivet")
			.header("Authorization", "Basic wrong")
			.client()) {
			ActorConnection refused = client.getForId("leader", "any").connect();
			assertThatExceptionOfType(RivetException.class).isThrownBy(() -> refused.call(String.class, "who"))
				.satisfies((ex) -> assertThat(ex.is("client", "request_refused")).as(ex.toString()).isTrue());
			assertThat(refused.status()).isEqualTo(ConnectionStatus.IDLE);
		}
	}

	private static void staysAnn(ActorConnection connection) {
		assertThat(connection.call(String.class, "who")).isEqualTo("ann");
		String id = connection.connectionId();
		application.context().getBean(ActorRuntime.class).ownershipLost();
		await().until(() -> connection.status() == ConnectionStatus.CONNECTED && !connection.connectionId().equals(id));
		assertThat(connection.call(String.class, "who")).isEqualTo("ann");
	}

	@Configuration(proxyBeanMethods = false)
	static class Security {

		@Bean
		SecurityFilterChain everything(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

	}

	@Actor("leader")
	static class Leader {

		@State
		private int published;

		@Action
		int publish(ActorContext context) {
			context.broadcast("published", ++this.published);
			return this.published;
		}

		@Action
		void note(int number, ActorContext context) {
			context.broadcast("noted", number);
		}

		@Action
		String who(Connection connection) {
			Principal principal = connection.principal();
			return (principal != null) ? principal.getName() : "nobody";
		}

	}

	@Actor("follower")
	static class Follower {

		private final List<Integer> seen = new ArrayList<>();

		private @Nullable ActorConnection leader;

		@Action
		int follow(ActorContext context) {
			ActorConnection connection = context.client().getOrCreate("leader", context.key().parts().get(0)).connect();
			this.leader = connection;
			connection.on("published", Integer.class, (number) -> context.run(() -> this.seen.add(number)));
			return publish();
		}

		@Action
		int publish() {
			return this.leader.call(Integer.class, "publish");
		}

		@Action
		void listenTo(String event, boolean fail, ActorContext context) {
			this.leader.on(event, Integer.class, (number) -> context.run(() -> this.seen.add(number)));
			if (fail) {
				throw new UserError("changed_my_mind", "Changed my mind");
			}
		}

		@Action
		void publishAndFail() {
			this.leader.callAsync(Integer.class, "publish");
			throw new UserError("changed_my_mind", "Changed my mind");
		}

		@Action
		List<Integer> seen() {
			return this.seen;
		}

	}

}
