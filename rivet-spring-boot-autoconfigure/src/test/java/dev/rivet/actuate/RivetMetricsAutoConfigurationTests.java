package dev.rivet.actuate;

import java.util.function.BiConsumer;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.QueueReceive;
import dev.rivet.actor.Run;
import dev.rivet.autoconfigure.RivetAutoConfiguration;
import dev.rivet.client.RivetClient;
import dev.rivet.runtime.ActorRuntime;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RivetMetricsAutoConfiguration}.
 */
class RivetMetricsAutoConfigurationTests {

	private final ApplicationContextRunner withoutRegistry = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, RivetAutoConfiguration.class,
				RivetMetricsAutoConfiguration.class))
		.withUserConfiguration(Actors.class)
		.withPropertyValues("spring.datasource.generate-unique-name=true", "rivet.threads.max=16");

	private final ApplicationContextRunner runner = this.withoutRegistry
		.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class));

	@Test
	void actorsThatAreAwakeAreCountedByName() {
		run((context, registry) -> {
			RivetClient rivet = context.getBean(RivetClient.class);
			rivet.getOrCreate("sleeper", "a").call(Void.class, "greet");
			rivet.getOrCreate("sleeper", "b").call(Void.class, "greet");
			assertThat(gauge(registry, "rivet.actors.awake", "sleeper")).isEqualTo(2);
			assertThat(gauge(registry, "rivet.actors.awake", "looper")).isZero();
			sleep(context, "sleeper", "a");
			assertThat(gauge(registry, "rivet.actors.awake", "sleeper")).isEqualTo(1);
		});
	}

	@Test
	void runLoopsAreCountedWhileTheyRun() {
		run((context, registry) -> {
			context.getBean(RivetClient.class).getOrCreate("looper", "a").call(Void.class, "greet");
			assertThat(gauge(registry, "rivet.run.loops", "looper")).isEqualTo(1);
			sleep(context, "looper", "a");
			assertThat(gauge(registry, "rivet.run.loops", "looper")).isZero();
			assertThat(registry.find("rivet.run.loops").tag("actor", "sleeper").meters()).isEmpty();
		});
	}

	@Test
	void runLoopsThatEndAreCountedByTheWayTheyEnd() {
		run((context, registry) -> {
			RivetClient rivet = context.getBean(RivetClient.class);
			rivet.getOrCreate("looper", "a").send("next", "fail");
			await().until(() -> ended(registry, "failed") == 1);
			assertThat(gauge(registry, "rivet.run.loops", "looper")).isZero();
			rivet.getOrCreate("looper", "b").send("next", "return");
			await().until(() -> ended(registry, "returned") == 1);
			rivet.getOrCreate("looper", "c").call(Void.class, "greet");
			sleep(context, "looper", "c");
			assertThat(ended(registry, "stopped")).isEqualTo(1);
			assertThat(ended(registry, "failed")).isEqualTo(1);
			assertThat(ended(registry, "returned")).isEqualTo(1);
		});
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void threadsThatWaitAreCounted() {
		run((context, registry) -> {
			assertThat(registry.get("rivet.threads.waiting").gauge().value()).isZero();
			context.getBean(RivetClient.class).getOrCreate("looper", "a").call(Void.class, "greet");
			await().until(() -> registry.get("rivet.threads.waiting").gauge().value() == 1);
			assertThat(registry.get("rivet.threads.waiting.max").gauge().value()).isEqualTo(12);
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsAreNotCounted() {
		run((context, registry) -> assertThat(registry.find("rivet.threads.waiting").meters()).isEmpty());
	}

	@Test
	void backsOffWithoutMicrometer() {
		this.withoutRegistry.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ActorRuntime.class)
				.doesNotHaveBean("rivetActorMetrics"));
	}

	@Test
	void backsOffWithoutRegistry() {
		this.withoutRegistry.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ActorMetrics.class));
	}

	@Test
	void backsOffWithoutActors() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RivetMetricsAutoConfiguration.class, MetricsAutoConfiguration.class,
							CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ActorMetrics.class));
	}

	private void run(BiConsumer<ApplicationContext, MeterRegistry> test) {
		this.runner.run((context) -> test.accept(context, context.getBean(MeterRegistry.class)));
	}

	private static void sleep(ApplicationContext context, String name, String key) {
		String id = context.getBean(RivetClient.class).getOrCreate(name, key).resolve();
		context.getBean(ActorRuntime.class).administration().fallAsleep(id).join();
	}

	private static double gauge(MeterRegistry registry, String name, String actor) {
		return registry.get(name).tag("actor", actor).gauge().value();
	}

	private static double ended(MeterRegistry registry, String outcome) {
		return registry.get("rivet.run.loops.ended")
			.tags("actor", "looper", "outcome", outcome)
			.functionCounter()
			.count();
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Sleeper.class, Looper.class })
	static class Actors {

	}

	@Actor("sleeper")
	static class Sleeper {

		@Action
		void greet() {
		}

	}

	@Actor("looper")
	static class Looper {

		@Action
		void greet() {
		}

		@Run
		void run(ActorContext context) {
			for (var message : context.queue().iterate(QueueReceive.from("next"))) {
				if ("fail".equals(message.body(String.class))) {
					throw new IllegalStateException("Failed by the test");
				}
				return;
			}
		}

	}

}
