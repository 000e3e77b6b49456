package dev.rivet.actor;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AbortSignal}.
 */
class AbortSignalTests {

	private final AbortController controller = new AbortController();

	private final List<String> told = new ArrayList<>();

	@Test
	void listenersAreToldOnce() {
		this.controller.signal().onAbort(() -> this.told.add("before"));
		this.controller.abort();
		this.controller.abort();
		this.controller.signal().onAbort(() -> this.told.add("after"));
		assertThat(this.told).containsExactly("before", "after");
	}

	@Test
	void aListenerThatFailsIsNoConcernOfOthers() {
		this.controller.signal().onAbort(() -> {
			throw new IllegalStateException("This stays in the log");
		});
		this.controller.signal().onAbort(() -> this.told.add("next"));
		this.controller.abort();
		assertThat(this.told).containsExactly("next");
	}

	@Test
	void aListenerThatIsTakenBackIsNotTold() {
		this.controller.signal().onAbort(() -> this.told.add("taken back")).cancel();
		this.controller.abort();
		assertThat(this.told).isEmpty();
	}

}
