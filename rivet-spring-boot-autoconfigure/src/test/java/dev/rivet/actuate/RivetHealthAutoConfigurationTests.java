package dev.rivet.actuate;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.rivet.autoconfigure.RivetAutoConfiguration;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.store.ActorStore;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RivetHealthAutoConfiguration}.
 */
class RivetHealthAutoConfigurationTests {

	private final AtomicBoolean owner = new AtomicBoolean(true);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RivetAutoConfiguration.class, RivetHealthAutoConfiguration.class))
		.withBean(ActorStore.class, this::store);

	private ActorStore store() {
		ActorStore store = mock(ActorStore.class);
		given(store.isOwnershipValid()).willAnswer((invocation) -> this.owner.get());
		return store;
	}

	@Test
	void isUpWhileTheNodeMayAnswerForItsActors() {
		this.runner.run((context) -> {
			HealthIndicator indicator = context.getBean("rivetHealthIndicator", HealthIndicator.class);
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
			this.owner.set(false);
			assertThat(indicator.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		});
	}

	@Test
	void isOutOfServiceOnceCallsAreRefused() {
		this.runner.run((context) -> {
			context.getBean(ActorRuntime.class).refuse();
			assertThat(context.getBean(RivetHealthIndicator.class).health().getStatus())
				.isEqualTo(Status.OUT_OF_SERVICE);
		});
	}

	@Test
	void canBeDisabled() {
		this.runner.withPropertyValues("management.health.rivet.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RivetHealthIndicator.class));
	}

	@Test
	void anIndicatorOfTheApplicationWins() {
		HealthIndicator own = mock(HealthIndicator.class);
		this.runner.withBean("rivetHealthIndicator", HealthIndicator.class, () -> own)
			.run((context) -> assertThat(context).getBean("rivetHealthIndicator").isSameAs(own));
	}

	@Test
	void backsOffWithoutHealth() {
		this.runner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ActorRuntime.class)
				.doesNotHaveBean("rivetHealthIndicator"));
	}

	@Test
	void backsOffWithoutActors() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RivetHealthAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RivetHealthIndicator.class));
	}

}
