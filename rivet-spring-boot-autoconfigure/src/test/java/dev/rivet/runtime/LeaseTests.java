package dev.rivet.runtime;

import java.nio.file.Path;
import java.util.List;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.State;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for nodes whose leases run out, since they cannot reach the database.
 */
@Timeout(60)
class LeaseTests {

	private static final String SQLITE = "jdbc:sqlite:%s/test.db?journal_mode=WAL&synchronous=FULL&busy_timeout=5000";

	private static final String H2 = "jdbc:h2:async:%s/test;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";

	@TempDir
	private Path directory;

	@Test
	void aNodeWhoseLeaseHasRunOutAnswersNothing() {
		try (RunningApplication node = start(SQLITE, "3s")) {
			ActorHandle counter = node.actor("counter", "k");
			assertThat(counter.call(Long.class, "add", 1)).isEqualTo(1);
			node.database().refuse();
			await().untilAsserted(() -> assertThatIsRefused(counter));
			assertThatIsRefused(counter);
			node.database().heal();
			await().ignoreExceptions().until(() -> counter.call(Long.class, "get") == 1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { SQLITE, H2 })
	void anotherNodeTakesOverAndTheFirstAnswersNoMore(String url) {
		try (RunningApplication first = start(url, "3s"); RunningApplication second = start(url, "1m")) {
			ActorHandle counter = first.actor("counter", "k");
			ActorHandle elsewhere = second.actor("counter", "k");
			assertThat(counter.call(Long.class, "add", 1)).isEqualTo(1);
			assertThatIsRefused(elsewhere);
			first.database().refuse();
			await().ignoreExceptions().until(() -> elsewhere.call(Long.class, "add", 1) == 2);
			first.database().heal();
			await()
				.untilAsserted(() -> assertThat(first.runtime().administration().isAwake(counter.resolve())).isFalse());
			assertThatExceptionOfType(RivetException.class).isThrownBy(() -> counter.call(Long.class, "add", 1))
				.satisfies((ex) -> assertThat(ex.is("actor", "restarting")).isTrue());
			assertThatIsRefused(counter);
			assertThat(elsewhere.call(Long.class, "get")).isEqualTo(2);
		}
	}

	private RunningApplication start(String url, String lease) {
		return RunningApplication.startActors(
				this.directory, List.of("rivet.store.lease=" + lease,
						"spring.datasource.url=" + url.formatted(this.directory), "spring.datasource.username=sa"),
				Counter.class);
	}

	private static void assertThatIsRefused(ActorHandle counter) {
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> counter.call(Long.class, "get"))
			.satisfies((ex) -> assertThat(ex.is("actor", "restarting")).isTrue());
	}

	@Actor("counter")
	static class Counter {

		@State
		private long count;

		@Action
		long add(long amount) {
			this.count += amount;
			return this.count;
		}

		@Action
		long get() {
			return this.count;
		}

	}

}
