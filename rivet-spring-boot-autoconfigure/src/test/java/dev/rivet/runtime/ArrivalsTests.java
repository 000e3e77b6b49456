package dev.rivet.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Arrivals}.
 */
class ArrivalsTests {

	private final Arrivals<String, Integer> arrivals = new Arrivals<>();

	private final List<String> order = new ArrayList<>();

	@Test
	void oneLookupServesAllInTheirOrder() {
		CompletableFuture<Integer> lookup = new CompletableFuture<>();
		arrive("first", lookup);
		arrive("second", new CompletableFuture<>());
		assertThat(this.arrivals.isExpected("address")).isTrue();
		lookup.complete(1);
		assertThat(this.order).containsExactly("first", "second");
		assertThat(this.arrivals.isExpected("address")).isFalse();
	}

	@Test
	void whatArrivesWhileOthersAreServedIsServed() {
		CompletableFuture<Integer> lookup = new CompletableFuture<>();
		this.arrivals.add("address", () -> lookup)
			.thenAccept((found) -> arrive("meanwhile", new CompletableFuture<>()));
		lookup.complete(1);
		assertThat(this.order).containsExactly("meanwhile");
	}

	@Test
	void anArrivalThatThrowsDoesNotKeepOthersWaiting() {
		CompletableFuture<Integer> lookup = new CompletableFuture<>();
		this.arrivals.add("address", () -> lookup).thenAccept((found) -> {
			throw new IllegalStateException("This failure belongs to the test");
		});
		arrive("next", new CompletableFuture<>());
		lookup.complete(1);
		assertThat(this.order).containsExactly("next");
		assertThat(this.arrivals.isExpected("address")).isFalse();
	}

	@Test
	void aLookupThatThrowsFailsItsArrivalAndIsTriedAgain() {
		IllegalStateException failure = new IllegalStateException("This failure belongs to the test");
		assertThat(this.arrivals.add("address", () -> {
			throw failure;
		})).isCompletedExceptionally();
		arrive("next", CompletableFuture.completedFuture(1));
		assertThat(this.order).containsExactly("next");
	}

	private void arrive(String name, CompletableFuture<Integer> lookup) {
		this.arrivals.add("address", () -> lookup).thenAccept((found) -> this.order.add(name));
	}

}
