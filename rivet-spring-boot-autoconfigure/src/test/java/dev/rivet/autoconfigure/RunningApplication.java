package dev.rivet.autoconfigure;

import java.nio.file.Path;
import java.util.List;

import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import dev.rivet.runtime.ActorRuntime;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application with actors, run for a test.
 *
 * @param context its context
 */
record RunningApplication(ConfigurableApplicationContext context) implements AutoCloseable {

	static RunningApplication start(String url, Class<?>... classes) {
		return start(WebApplicationType.NONE, List.of("spring.datasource.url=" + url), classes);
	}

	static RunningApplication start(WebApplicationType type, List<String> properties, Class<?>... classes) {
		return new RunningApplication(new SpringApplicationBuilder(Application.class).sources(classes)
			.web(type)
			.properties("spring.main.banner-mode=off", "server.port=0", "spring.datasource.generate-unique-name=true")
			.properties(properties.toArray(String[]::new))
			.run());
	}

	static String sqlite(Path directory) {
		return "jdbc:sqlite:" + directory.resolve("test.db")
				+ "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000&transaction_mode=IMMEDIATE";
	}

	static String h2(Path directory) {
		return "jdbc:h2:async:" + directory.resolve("test") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
	}

	RivetClient client() {
		return this.context.getBean(RivetClient.class);
	}

	ActorHandle actor(String name, String... key) {
		return client().getOrCreate(name, key);
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", int.class);
	}

	JdbcClient jdbc() {
		return this.context.getBean(JdbcClient.class);
	}

	long changeNumber(String id) {
		return jdbc().sql("SELECT change_number FROM rivet_state WHERE actor_id = ?")
			.param(id)
			.query(Long.class)
			.single();
	}

	String sleep(ActorHandle actor) {
		ActorRuntime runtime = this.context.getBean(ActorRuntime.class);
		String id = actor.resolve();
		runtime.administration().sleep(id).join();
		await().untilAsserted(
				() -> assertThat(jdbc().sql("SELECT COUNT(*) FROM rivet_state WHERE actor_id = ? AND owner IS NULL")
					.param(id)
					.query(Long.class)
					.single()).isOne());
		return id;
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
