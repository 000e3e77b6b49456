package dev.rivet.actor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

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

	@Test
	void joinedSignalsTellOnce() {
		AbortController other = new AbortController();
		AbortSignal joined = AbortSignal.any(this.controller.signal(), other.signal());
		joined.onAbort(() -> this.told.add("one of them"));
		joined.onAbort(() -> this.told.add("taken back")).cancel();
		assertThat(joined.aborted()).isFalse();
		other.abort();
		this.controller.abort();
		assertThat(joined.aborted()).isTrue();
		assertThat(this.told).containsExactly("one of them");
	}

	@Test
	void joinedSignalsAreNotKeptByOnesThatLiveLonger() {
		AtomicInteger kept = new AtomicInteger();
		AbortSignal lasting = mock(AbortSignal.class);
		given(lasting.onAbort(any())).willAnswer((call) -> {
			kept.incrementAndGet();
			return (AbortSignal.Registration) kept::decrementAndGet;
		});
		AbortSignal joined = AbortSignal.any(lasting, this.controller.signal());
		assertThat(kept).hasValue(0);
		AbortSignal.Registration registration = joined.onAbort(() -> this.told.add("taken back"));
		joined.onAbort(() -> this.told.add("aborted"));
		assertThat(kept).hasValue(2);
		registration.cancel();
		assertThat(kept).hasValue(1);
		this.controller.abort();
		assertThat(kept).hasValue(0);
		assertThat(this.told).containsExactly("aborted");
	}

}
