package dev.rivet.autoconfigure;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for more waiting calls than there may be threads.
 */
@Timeout(60)
@EnabledForJreRange(max = JRE.JAVA_20, disabledReason = "Virtual threads have no bound")
class OverloadTests {

	private static final CompletableFuture<String> later = new CompletableFuture<>();

	private static final CountDownLatch begun = new CountDownLatch(1);

	private static final CountDownLatch blocked = new CountDownLatch(1);

	@Test
	void callsAtTheBoundAreToldSoWhereverTheyWouldHaveWaited() throws Exception {
		try (RunningApplication application = RunningApplication.start(WebApplicationType.NONE,
				List.of("spring.datasource.url=jdbc:h2:mem:overload;DB_CLOSE_DELAY=-1", "rivet.threads.max=8"),
				Patient.class)) {
			CompletableFuture<String> running = application.actor("patient", "running")
				.callAsync(String.class, "blockAndWait");
			begun.await();
			List<CompletableFuture<String>> waiting = IntStream.range(0, 6)
				.mapToObj((i) -> application.actor("patient", "" + i).callAsync(String.class, "await"))
				.toList();
			await().until(() -> isOverloaded(application.actor("patient", "next").callAsync(String.class, "now")));
			blocked.countDown();
			assertThatExceptionOfType(CompletionException.class).isThrownBy(running::join)
				.satisfies((ex) -> assertThat(overloaded(ex)).isTrue());
			later.complete("done");
			assertThat(waiting).allSatisfy((call) -> assertThat(call.join()).isEqualTo("done"));
			await().until(() -> !isOverloaded(application.actor("patient", "next").callAsync(String.class, "now")));
		}
	}

	private static boolean isOverloaded(CompletableFuture<String> call) {
		return call.handle((result, failure) -> failure != null && overloaded(failure)).join();
	}

	private static boolean overloaded(@Nullable Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		return cause instanceof RivetException error && error.is("actor", "overloaded");
	}

	@Actor("patient")
	static class Patient {

		@Action
		String now() {
			return "now";
		}

		@Action
		String await(ActorContext context) {
			return context.await(later);
		}

		@Action
		String blockAndWait(ActorContext context) throws InterruptedException {
			begun.countDown();
			blocked.await();
			return context.await(later);
		}

	}

}
