package dev.rivet.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import dev.rivet.sample.Kitchen.Order;
import dev.rivet.sample.Kitchen.Receipt;
import dev.rivet.test.RecordedEvents;
import dev.rivet.test.RivetTest;
import dev.rivet.test.TestActors;
import dev.rivet.test.TestClock;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Kitchen}: an example of how to test what actors do in time and over
 * sleep and crashes.
 */
@RivetTest(Kitchen.class)
class KitchenTests {

	@Autowired
	private RivetClient rivet;

	@Autowired
	private TestActors actors;

	@Autowired
	private TestClock clock;

	@Test
	void cooksWhatIsOrdered() {
		ActorHandle kitchen = this.rivet.getOrCreate("kitchen", "cooks");
		assertThat(kitchen.sendAndWait("orders", new Order("soup"), Duration.ofSeconds(10)).completed()).isTrue();
		this.actors.sleepAndWake(kitchen);
		assertThat(kitchen.sendAndWait("orders", new Order("fish"), Duration.ofSeconds(10)).completed()).isTrue();
		this.actors.crash(kitchen);
		assertThat(kitchen.call(List.class, "lastDishes", 5)).containsExactly("fish", "soup");
	}

	@Test
	void refusesWhatIsNoOrder() {
		ActorHandle kitchen = this.rivet.getOrCreate("kitchen", "refuses");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> kitchen.send("orders", 5))
			.satisfies((ex) -> assertThat(ex.is("queue", "invalid_payload")).isTrue());
	}

	@Test
	void closesTheDayAtMidnightWhileSomebodyWatches() {
		ActorHandle kitchen = this.rivet.getOrCreate("kitchen", "closes");
		this.clock.set(Instant.parse("2030-01-01T20:00:00Z"));
		try (RecordedEvents events = this.actors.record(kitchen, "served", "closed")) {
			kitchen.send("orders", new Order("soup"));
			assertThat(events.next().argument(0, Receipt.class).dish()).isEqualTo("soup");
			this.actors.sleep(kitchen);
			this.actors.advance(Duration.ofHours(4));
			assertThat(events.next().argument(0, Integer.class)).isEqualTo(1);
			this.actors.advance(Duration.ofDays(1));
			assertThat(events.next().argument(0, Integer.class)).isZero();
		}
	}

}
