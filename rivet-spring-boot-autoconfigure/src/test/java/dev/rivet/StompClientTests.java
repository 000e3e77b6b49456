package dev.rivet;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.CanSubscribe;
import dev.rivet.actor.Connection;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.UserError;
import dev.rivet.conformance.ConformanceApplication;
import dev.rivet.conformance.NpmClients;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * The STOMP client from npm against an application of ours. The cases are in
 * {@code src/test/npm/stomp.mjs}.
 */
class StompClientTests {

	private static NpmClients clients;

	private static ConfigurableApplicationContext application;

	@BeforeAll
	static void start() throws Exception {
		clients = NpmClients.install();
		application = new SpringApplicationBuilder(ConformanceApplication.class, Speaker.class)
			.properties("server.port=0", "spring.main.banner-mode=off", "spring.datasource.generate-unique-name=true")
			.run();
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
		}
	}

	@TestFactory
	Stream<DynamicTest> cases() {
		String url = "ws://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port")
				+ "/api/rivet/stomp";
		NpmClients.Run run = clients.run("stomp.mjs", url, List.of());
		assertThat(run.exitCode()).as(run.errorOutput()).isZero();
		assertThat(run.results()).hasSizeGreaterThan(8);
		return run.results().stream().map((result) -> DynamicTest.dynamicTest(result.name(), () -> {
			if (!result.ok()) {
				fail(result.error());
			}
		}));
	}

	@Actor("speaker")
	static class Speaker {

		@OnDisconnect
		void left(ActorContext context) {
			context.broadcast("left");
		}

		@CanSubscribe("secret")
		boolean secrets() {
			return false;
		}

		@Action
		void say(String text, Object more, ActorContext context) {
			context.broadcast("said", text, more);
		}

		@Action
		void count(int to, ActorContext context) {
			for (int i = 0; i < to; i++) {
				context.broadcast("number", i);
			}
		}

		@Action
		void fail() {
			throw new UserError("teapot", "I am a teapot", Map.of("cups", 2));
		}

		@Action
		List<String> key(ActorContext context) {
			return context.key().parts();
		}

		@Action
		Object who(Connection connection) {
			return connection.parameters(Object.class);
		}

	}

}
