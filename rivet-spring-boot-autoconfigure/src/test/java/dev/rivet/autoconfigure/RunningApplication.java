package dev.rivet.autoconfigure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.store.FaultyDataSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.awaitility.Awaitility.await;

/**
 * An application with actors, run for a test.
 *
 * @param context its context
 */
public record RunningApplication(ConfigurableApplicationContext context) implements AutoCloseable {

	/**
	 * A property for an application that anybody may call.
	 */
	public static final String WITHOUT_SECURITY = "spring.autoconfigure.exclude="
			+ "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration,"
			+ "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration,"
			+ "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration,"
			+ "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration";

	static RunningApplication start(String url, Class<?>... classes) {
		return start(WebApplicationType.NONE, List.of("spring.datasource.url=" + url), classes);
	}

	public static RunningApplication start(WebApplicationType type, List<String> properties, Class<?>... classes) {
		return run(Application.class, type, properties, classes);
	}

	/**
	 * Starts an application that has actors and nothing else. Its {@link #database()} is
	 * SQLite and fails as a test wishes.
	 */
	public static RunningApplication startActors(Path directory, Class<?>... actors) {
		return startActors(directory, List.of(), actors);
	}

	public static RunningApplication startActors(Path directory, List<String> properties, Class<?>... actors) {
		List<String> all = new ArrayList<>(
				List.of("spring.datasource.url=" + sqlite(directory), "rivet.store.outcome-timeout=500ms"));
		all.addAll(properties);
		return run(Actors.class, WebApplicationType.NONE, all, actors);
	}

	private static RunningApplication run(Class<?> base, WebApplicationType type, List<String> properties,
			Class<?>... classes) {
		return new RunningApplication(new SpringApplicationBuilder(base).sources(classes)
			.web(type)
			.properties("spring.main.banner-mode=off", "server.port=0", "spring.datasource.generate-unique-name=true")
			.properties(properties.toArray(String[]::new))
			.run());
	}

	public static String sqlite(Path directory) {
		return "jdbc:sqlite:" + directory.resolve("test.db") + "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000";
	}

	static String h2(Path directory) {
		return "jdbc:h2:async:" + directory.resolve("test") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
	}

	public ActorRuntime runtime() {
		return this.context.getBean(ActorRuntime.class);
	}

	public FaultyDataSource database() {
		return this.context.getBean(FaultyDataSource.class);
	}

	public RivetClient client() {
		return this.context.getBean(RivetClient.class);
	}

	public ActorHandle actor(String name, String... key) {
		return client().getOrCreate(name, key);
	}

	public int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", int.class);
	}

	public JdbcClient jdbc() {
		return JdbcClient.create(this.context.getBean(DataSource.class));
	}

	public long count(String what) {
		return jdbc().sql("SELECT COUNT(*) FROM " + what).query(Long.class).single();
	}

	/**
	 * The condition that a row of {@code rivet_state} is an actor's.
	 */
	public String isStateOf(String id) {
		String url = this.context.getEnvironment().getRequiredProperty("spring.datasource.url");
		return (url.startsWith("jdbc:h2:") ? "actor_number = (SELECT number FROM rivet_actor WHERE id = '%s')"
				: "actor_id = '%s'")
			.formatted(id);
	}

	long changeNumber(String id) {
		return jdbc().sql("SELECT change_number FROM rivet_state WHERE " + isStateOf(id)).query(Long.class).single();
	}

	public String sleep(ActorHandle actor) {
		String id = actor.resolve();
		runtime().administration().sleep(id).join();
		await().until(() -> count("rivet_state WHERE owner IS NULL AND " + isStateOf(id)) == 1);
		return id;
	}

	@Override
	public void close() {
		if (this.context.isActive()) {
			this.context.getBeanProvider(FaultyDataSource.class).ifAvailable(FaultyDataSource::heal);
		}
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, RivetAutoConfiguration.class })
	@Import(FaultyDataSource.Injection.class)
	static class Actors {

	}

}
