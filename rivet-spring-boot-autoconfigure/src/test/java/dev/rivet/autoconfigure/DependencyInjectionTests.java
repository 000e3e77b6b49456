package dev.rivet.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.State;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import dev.rivet.runtime.ActorRuntime;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what the container does for the objects of actors.
 */
@Timeout(60)
class DependencyInjectionTests {

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start("jdbc:h2:mem:dependency-injection;DB_CLOSE_DELAY=-1", Injected.class,
				Living.class, Inheriting.class, Helper.class, CallsActors.class, FactoryMethods.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void everyKindOfInjectionWorks() {
		ActorHandle injected = application.actor("injected", "a");
		assertThat(injected.call(String[].class, "describe")).containsExactly("helper", "lazy helper", "default",
				"empty", "no strings", "setter", "field", "client", "calls actors");
	}

	@Test
	void anActorMadeByAFactoryMethod() {
		assertThat(application.actor("made", "a").<String>call(String.class, "describe")).isEqualTo("given by helper");
	}

	@Test
	void actionsAndStateAreInherited() {
		ActorHandle actor = application.actor("inheriting", "a");
		assertThat(actor.<Integer>call(Integer.class, "add", 2)).isEqualTo(2);
		application.sleep(actor);
		assertThat(actor.<Integer>call(Integer.class, "addTwice", 2)).isEqualTo(6);
	}

	@Test
	void lifecycleCallbacksRunAtWakeAndSleep() {
		ActorHandle actor = application.actor("living", "a");
		int before = Living.living.get();
		actor.call(Void.class, "nothing");
		assertThat(Living.living).hasValue(before + 1);
		application.sleep(actor);
		await().untilAsserted(() -> assertThat(Living.living).hasValue(before));
		actor.call(Void.class, "nothing");
		actor.call(Void.class, "destroy");
		await().untilAsserted(() -> assertThat(Living.living).hasValue(before));
	}

	@Test
	void anActorThatCannotReadItsStateIsDestroyedByTheContainer() {
		ActorHandle actor = application.actor("living", "broken");
		int before = Living.living.get();
		actor.call(Void.class, "nothing");
		String id = application.sleep(actor);
		application.jdbc()
			.sql("UPDATE rivet_state SET state = X'BF65636F756E746178FF' WHERE " + application.isStateOf(id))
			.update();
		assertThat(actor.callAsync(Void.class, "nothing")).failsWithin(Duration.ofSeconds(20));
		assertThat(Living.living).hasValue(before);
	}

	@Test
	void sleepingActorsLeaveNothingInTheContainer() {
		DefaultSingletonBeanRegistry registry = (DefaultSingletonBeanRegistry) application.context().getBeanFactory();
		wakeAndSleep(100);
		int beans = registry.getSingletonCount();
		Map<String, Object> disposables = disposables(registry);
		int disposable = disposables.size();
		wakeAndSleep(10_000);
		assertThat(registry.getSingletonCount()).isEqualTo(beans);
		assertThat(disposables).hasSize(disposable);
		assertThat(application.context().getBeanFactory().getDependenciesForBean("living").length).isLessThan(10);
	}

	private static void wakeAndSleep(int times) {
		ActorRuntime runtime = application.context().getBean(ActorRuntime.class);
		ActorHandle actor = application.actor("living", "cycle");
		String id = actor.resolve();
		int before = Living.made.get();
		while (Living.made.get() < before + times) {
			actor.call(Void.class, "nothing");
			runtime.administration().sleep(id).join();
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> disposables(DefaultSingletonBeanRegistry registry) {
		return (Map<String, Object>) ReflectionTestUtils.getField(registry, DefaultSingletonBeanRegistry.class,
				"disposableBeans");
	}

	@Component
	static class Helper {

		String help() {
			return "helper";
		}

	}

	@Component
	static class CallsActors {

		private final RivetClient client;

		CallsActors(RivetClient client) {
			this.client = client;
		}

		@Override
		public String toString() {
			return (this.client != null) ? "calls actors" : "";
		}

	}

	interface Absent {

	}

	@Actor("injected")
	static class Injected {

		private final List<String> constructor;

		private final RivetClient client;

		private final CallsActors callsActors;

		private String setter = "";

		@Autowired
		private Helper field;

		@Autowired(required = false)
		private Absent absent;

		Injected(ObjectProvider<Helper> helper, @Lazy Helper lazy, @Value("${absent:default}") String value,
				Optional<Absent> absent, List<Absent> many, RivetClient client, CallsActors callsActors) {
			this.constructor = List.of(helper.getObject().help(), "lazy " + lazy.help(), value,
					absent.isEmpty() ? "empty" : "", many.isEmpty() ? "no strings" : "");
			this.client = client;
			this.callsActors = callsActors;
		}

		@Autowired
		void setHelper(Helper helper) {
			this.setter = "setter";
		}

		@Action
		List<String> describe() {
			List<String> all = new ArrayList<>(this.constructor);
			all.add(this.setter);
			all.add((this.field != null && this.absent == null) ? "field" : "");
			all.add((this.client != null) ? "client" : "");
			all.add(this.callsActors.toString());
			return all;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryMethods {

		@Bean
		@Scope("prototype")
		Made made(Helper helper) {
			return new Made("given", helper.help());
		}

	}

	@Actor("made")
	static class Made {

		private final String text;

		Made(String text, String other) {
			this.text = text + " by " + other;
		}

		@Action
		String describe() {
			return this.text;
		}

	}

	abstract static class Adding<T> {

		@State
		private int sum;

		@Action
		int add(int amount) {
			this.sum += amount;
			return this.sum;
		}

		@Action
		abstract int addTwice(T amount);

	}

	@Actor("inheriting")
	static class Inheriting extends Adding<Integer> {

		@Override
		int addTwice(Integer amount) {
			add(amount);
			return add(amount);
		}

	}

	@Actor("living")
	static class Living {

		static final AtomicInteger living = new AtomicInteger();

		static final AtomicInteger made = new AtomicInteger();

		@State
		private int count;

		@PostConstruct
		void begin() {
			made.incrementAndGet();
			living.incrementAndGet();
		}

		@PreDestroy
		void end() {
			living.decrementAndGet();
		}

		@Action
		void nothing() {
		}

		@Action
		void destroy(ActorContext context) {
			context.destroy();
		}

	}

}
