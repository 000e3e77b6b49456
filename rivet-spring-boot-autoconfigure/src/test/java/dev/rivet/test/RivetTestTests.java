package dev.rivet.test;

import java.time.Clock;
import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import dev.rivet.autoconfigure.RivetAutoConfiguration;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RivetTest @RivetTest} in an application that has a clock, and settings
 * of an actor that is not tested.
 */
@RivetTest(properties = "rivet.actors.elsewhere.sleep-timeout=5s")
@Timeout(60)
class RivetTestTests {

	@Autowired
	private RivetClient rivet;

	@Autowired
	private TestActors actors;

	@Autowired
	private Clock clock;

	@AfterEach
	void logOut() {
		SecurityContextHolder.clearContext();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void actorsMayBeDestroyedByWhatIsDue(boolean asleep) {
		ActorHandle offer = this.rivet.create("offer", "expires-" + asleep);
		String id = offer.resolve();
		offer.call(void.class, "expireAfter", Duration.ofHours(1));
		if (asleep) {
			this.actors.sleep(offer);
		}
		this.actors.advance(Duration.ofMinutes(59));
		assertThat(this.rivet.get("offer", "expires-" + asleep).resolve()).isEqualTo(id);
		this.actors.advance(Duration.ofMinutes(1));
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> this.rivet.get("offer", "expires-" + asleep).resolve())
			.satisfies((ex) -> assertThat(ex.is("actor", "not_found")).isTrue());
	}

	@Test
	void anActorThatCannotStartLeavesOthersAlone() {
		ActorHandle broken = this.rivet.create("broken", "one");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> broken.call(void.class, "tick"));
		ActorHandle offer = this.rivet.create("offer", "beside-it");
		offer.call(void.class, "expireAfter", Duration.ofMinutes(1));
		this.actors.advance(Duration.ofMinutes(1));
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> this.rivet.get("offer", "beside-it").resolve())
			.satisfies((ex) -> assertThat(ex.is("actor", "not_found")).isTrue());
	}

	@Test
	void whyAConnectionIsRefusedIsTold() {
		ActorHandle closed = this.rivet.getOrCreate("closed", "one");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.actors.record(closed, "event"))
			.withStackTraceContaining("Members only");
	}

	@Test
	void actorsKnowWhoCalls() {
		ActorHandle offer = this.rivet.create("offer", "secured");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> offer.call(String.class, "secret"))
			.satisfies((ex) -> assertThat(ex.is("auth", "forbidden")).isTrue());
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("ada", "", "ROLE_OWNER"));
		assertThat(offer.call(String.class, "secret")).isEqualTo("half price");
	}

	@Test
	void theApplicationUsesTheClockOfTheTest() {
		assertThat(this.clock).isInstanceOf(TestClock.class);
	}

	@Test
	void theDatabaseOfTheApplicationIsUsedIfItIsThere() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, RivetAutoConfiguration.class,
					RivetTestAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:of-the-application")
			.run((context) -> assertThat(context.getBean(HikariDataSource.class).getJdbcUrl())
				.isEqualTo("jdbc:h2:mem:of-the-application"));
	}

}
