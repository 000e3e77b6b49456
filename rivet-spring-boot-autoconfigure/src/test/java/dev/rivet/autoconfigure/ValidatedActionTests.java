package dev.rivet.autoconfigure;

import java.util.List;
import java.util.Map;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.State;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for constraints on the arguments of actions.
 */
@Timeout(30)
class ValidatedActionTests {

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void violationsReachTheCaller(boolean adapted) {
		try (RunningApplication application = RunningApplication.start(WebApplicationType.NONE,
				List.of("spring.datasource.url=jdbc:h2:mem:validated-" + adapted,
						"spring.validation.method.adapt-constraint-violations=" + adapted),
				Orders.class)) {
			ActorHandle orders = application.actor("orders", "a");
			assertThat(orders.call(Integer.class, "order", "tea", 2)).isEqualTo(2);
			assertViolation(() -> orders.call(Integer.class, "order", "tea", 0), "amount", "at least one");
			assertViolation(() -> orders.call(Integer.class, "order", " ", 1), "name", "no name");
			assertViolation(() -> orders.call(Integer.class, "add", new Order("", 1)), "order.name", "no name");
			assertThat(orders.call(Integer.class, "order", "tea", 1)).isEqualTo(3);
		}
	}

	private static void assertViolation(Runnable call, String path, String message) {
		assertThatExceptionOfType(RivetException.class).isThrownBy(call::run).satisfies((ex) -> {
			assertThat(ex.is("user", "validation_failed")).isTrue();
			Map<?, ?> metadata = (Map<?, ?>) ex.metadata();
			Map<?, ?> violation = (Map<?, ?>) ((List<?>) metadata.get("violations")).get(0);
			assertThat(violation.get("path")).isEqualTo(path);
			assertThat(violation.get("message")).isEqualTo(message);
		});
	}

	@Actor("orders")
	@Validated
	static class Orders {

		@State
		private int ordered;

		@Action
		int order(@NotBlank(message = "no name") String name, @Min(value = 1, message = "at least one") int amount) {
			this.ordered += amount;
			return this.ordered;
		}

		@Action
		int add(@Valid Order order) {
			this.ordered += order.amount();
			return this.ordered;
		}

	}

	record Order(@NotBlank(message = "no name") String name, int amount) {
	}

}
