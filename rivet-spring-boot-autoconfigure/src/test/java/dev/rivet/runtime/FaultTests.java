package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.QueueReceive;
import dev.rivet.actor.Run;
import dev.rivet.actor.State;
import dev.rivet.autoconfigure.RivetAutoConfiguration;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import dev.rivet.store.FaultyDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what becomes of actors under load while the database fails.
 */
@Timeout(120)
class FaultTests {

	private static final int ACTORS = 4;

	private static final int CLIENTS = 8;

	@TempDir
	private Path directory;

	private ConfigurableApplicationContext application;

	private FaultyDataSource database;

	private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);

	private final Map<String, AtomicInteger> acknowledged = new ConcurrentHashMap<>();

	private final Map<String, AtomicInteger> unknown = new ConcurrentHashMap<>();

	private final AtomicInteger refused = new AtomicInteger();

	private volatile boolean stopped;

	@BeforeEach
	void start() {
		this.application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(
					"spring.datasource.url=jdbc:sqlite:" + this.directory.resolve("test.db")
							+ "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000",
					"spring.main.banner-mode=off", "rivet.store.outcome-timeout=300ms")
			.run();
		this.database = (FaultyDataSource) this.application.getBean(DataSource.class);
	}

	@AfterEach
	void stop() {
		this.stopped = true;
		this.threads.shutdown();
		this.database.heal();
		this.application.close();
	}

	@Test
	void nothingAcknowledgedIsLostAndTheServiceReturns() throws Exception {
		RivetClient client = this.application.getBean(RivetClient.class);
		List<ActorHandle> ledgers = IntStream.range(0, ACTORS)
			.mapToObj((i) -> client.getOrCreate("ledger", "" + i))
			.toList();
		List<Future<?>> clients = new ArrayList<>();
		for (int i = 0; i < CLIENTS; i++) {
			int number = i;
			clients.add(this.threads.submit(() -> use(ledgers.get(number % ACTORS), number % ACTORS)));
		}
		for (int fault = 0; fault < 6; fault++) {
			awaitMore(this::sum, 200);
			if (fault % 2 == 0) {
				this.database.refuse();
				this.database.breakStatements(1);
				awaitMore(this.refused::get, 20);
				this.database.heal();
			}
			else {
				this.database.breakStatements(fault);
				this.database.breakBeforeCommits(fault);
				this.database.breakAfterCommits(fault);
			}
		}
		awaitMore(this::sum, 200);
		this.stopped = true;
		for (Future<?> ended : clients) {
			ended.get();
		}
		for (int i = 0; i < ACTORS; i++) {
			int number = i;
			check("add " + i, () -> ledgers.get(number).call(Integer.class, "count", "added"));
			check("listen " + i, () -> ledgers.get(number).call(Integer.class, "count", "listened"));
			check("loop " + i, () -> ledgers.get(number).call(Integer.class, "count", "looped"));
		}
	}

	private void use(ActorHandle ledger, int number) {
		while (!this.stopped) {
			count("add " + number, ledger, (actor) -> actor.call(Void.class, "add"));
			count("listen " + number, ledger, (actor) -> actor.send("listen", 1));
			count("loop " + number, ledger, (actor) -> actor.send("loop", 1));
		}
	}

	private void count(String what, ActorHandle ledger, Consumer<ActorHandle> call) {
		try {
			call.accept(ledger);
			this.acknowledged.computeIfAbsent(what, (missing) -> new AtomicInteger()).incrementAndGet();
		}
		catch (RivetException ex) {
			this.refused.incrementAndGet();
			if (ex.is("rivetkit", "internal_error")) {
				this.unknown.computeIfAbsent(what, (missing) -> new AtomicInteger()).incrementAndGet();
			}
			else {
				assertThat(ex.group() + "/" + ex.code()).isIn("actor/restarting", "queue/full");
			}
		}
	}

	private int sum() {
		return this.acknowledged.values().stream().mapToInt(AtomicInteger::get).sum();
	}

	private static void awaitMore(IntSupplier count, int more) {
		int expected = count.getAsInt() + more;
		await().atMost(Duration.ofSeconds(60)).until(() -> count.getAsInt() >= expected);
	}

	private void check(String what, IntSupplier value) {
		int least = this.acknowledged.getOrDefault(what, new AtomicInteger()).get();
		int most = least + this.unknown.getOrDefault(what, new AtomicInteger()).get();
		await(what).atMost(Duration.ofSeconds(30)).until(value::getAsInt, (found) -> found >= least);
		assertThat(value.getAsInt()).as(what).isBetween(least, most);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, RivetAutoConfiguration.class })
	@Import(Ledger.class)
	static class Application {

		@Bean
		static BeanPostProcessor faultyDataSource() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					return (bean instanceof DataSource dataSource) ? new FaultyDataSource(dataSource) : bean;
				}

			};
		}

	}

	@Actor("ledger")
	static class Ledger {

		@State
		private int added;

		@State
		private int listened;

		@State
		private int looped;

		@Action
		void add() {
			this.added++;
		}

		@QueueListener("listen")
		void listen(int one) {
			this.listened += one;
		}

		@Run
		void run(ActorContext context) {
			for (var message : context.queue().iterate(QueueReceive.from("loop"))) {
				this.looped++;
			}
		}

		@Action
		int count(String what) {
			return switch (what) {
				case "added" -> this.added;
				case "listened" -> this.listened;
				default -> this.looped;
			};
		}

	}

}
