package dev.rivet.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.rivet.client.FakeTransport.Attempt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.StringNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When connections are opened again, and what they carry over.
 */
@Timeout(20)
class ReconnectTests {

	private static final CloseReason LOST = new CloseReason(CloseReason.LOST, "");

	private final FakeTransport server = new FakeTransport();

	private final RivetClient client = RivetClient.over(this.server, JsonMapper.shared());

	private final ActorConnection connection = this.client.getOrCreate("counter", "a").connect();

	private final List<RivetException> errors = new CopyOnWriteArrayList<>();

	ReconnectTests() {
		this.connection.onError(this.errors::add);
	}

	@Test
	void delaysGrow() {
		for (long millis : new long[] { 250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000 }) {
			this.server.nextAttempt().listener.closed(LOST);
			assertThat(this.connection.status()).isEqualTo(ConnectionStatus.DISCONNECTED);
			assertThat(this.server.hasAttempts()).isFalse();
			assertThat(this.server.pass()).isEqualTo(Duration.ofMillis(millis));
		}
	}

	@Test
	void connectionThatWasOpenForAWhileIsOpenedAgainAtOnce() {
		this.server.nextAttempt().listener.closed(LOST);
		this.server.pass();
		Attempt second = this.server.nextAttempt();
		second.listener.opened("id", "1");
		this.server.pass();
		second.listener.closed(new CloseReason(CloseReason.NORMAL, ""));
		this.server.nextAttempt().listener.closed(LOST);
		assertThat(this.server.pass()).isEqualTo(Duration.ofMillis(250));
	}

	@Test
	void connectionThatIsClosedAsSoonAsItIsOpenIsNotOpenedAgainAtOnce() {
		Attempt first = this.server.nextAttempt();
		first.listener.opened("id", "1");
		first.listener.closed(new CloseReason(CloseReason.NORMAL, ""));
		this.server.pass();
		assertThat(this.server.hasAttempts()).isFalse();
		assertThat(this.server.pass()).isEqualTo(Duration.ofMillis(250));
		this.server.nextAttempt();
	}

	@Test
	void callsOnTheirWayFailAndAreNotMadeAgain() {
		this.connection.on("tick", (event) -> {
		});
		CompletableFuture<Integer> lost = this.connection.callAsync(Integer.class, "increment", 1);
		Attempt first = this.server.nextAttempt();
		first.listener.opened("id", "1");
		assertThat(first.nextMessage()).isEqualTo("subscribe tick");
		assertThat(first.nextMessage()).isEqualTo("call 0 increment[1]");
		first.listener.closed(new CloseReason(CloseReason.GOING_AWAY, "actor.stopped"));
		assertFails(lost, "actor", "stopped");
		assertThat(this.errors).hasSize(1);
		this.server.passAll();
		Attempt second = this.server.nextAttempt();
		CompletableFuture<Integer> next = this.connection.callAsync(Integer.class, "increment", 2);
		second.listener.opened("id", "2");
		assertThat(second.nextMessage()).isEqualTo("subscribe tick");
		assertThat(second.nextMessage()).isEqualTo("call 1 increment[2]");
		second.listener.replied(0, IntNode.valueOf(-1));
		second.listener.replied(1, IntNode.valueOf(2));
		assertThat(next.join()).isEqualTo(2);
		assertThat(second.hasMessages()).isFalse();
	}

	@Test
	void callsWaitWhileTheActorIsOnItsWay() {
		CompletableFuture<Integer> call = this.connection.callAsync(Integer.class, "increment", 1);
		Attempt first = this.server.nextAttempt();
		first.listener.failed(new RivetException("actor", "restarting", "Try again"));
		first.listener.closed(new CloseReason(CloseReason.FAILED, "actor.restarting"));
		this.server.passAll();
		Attempt second = this.server.nextAttempt();
		second.listener.opened("id", "1");
		assertThat(second.nextMessage()).isEqualTo("call 0 increment[1]");
		second.listener.replied(0, IntNode.valueOf(1));
		assertThat(call.join()).isEqualTo(1);
	}

	@Test
	void callsThatNobodyWaitsForAnyMoreAreNotSent() {
		CompletableFuture<Integer> cancelled = this.connection.callAsync(Integer.class, "increment", 1);
		CompletableFuture<Integer> call = this.connection.callAsync(Integer.class, "increment", 2);
		cancelled.cancel(false);
		Attempt attempt = this.server.nextAttempt();
		attempt.listener.opened("id", "1");
		assertThat(attempt.nextMessage()).isEqualTo("call 1 increment[2]");
		attempt.listener.replied(1, IntNode.valueOf(2));
		assertThat(call.join()).isEqualTo(2);
	}

	@Test
	void valuesThatDoNotFitAreFailuresLikeOthers() {
		CompletableFuture<Integer> call = this.connection.callAsync(Integer.class, "name");
		Attempt attempt = this.server.nextAttempt();
		attempt.listener.opened("id", "1");
		attempt.listener.replied(0, StringNode.valueOf("ada"));
		assertFails(call, "client", "invalid_result");
		assertFails(this.connection.callAsync(Integer.class, "increment", new Broken()), "client", "invalid_arguments");
	}

	@Test
	void callThatCannotBeSentFailsAlone() {
		CompletableFuture<Integer> unsendable = this.connection.callAsync(Integer.class, FakeTransport.UNSENDABLE);
		CompletableFuture<Integer> call = this.connection.callAsync(Integer.class, "increment", 1);
		Attempt attempt = this.server.nextAttempt();
		attempt.listener.opened("id", "1");
		assertThat(attempt.nextMessage()).isEqualTo("call 1 increment[1]");
		assertThat(unsendable).failsWithin(5, TimeUnit.SECONDS);
		assertThat(this.connection.callAsync(Integer.class, FakeTransport.UNSENDABLE)).failsWithin(5, TimeUnit.SECONDS);
		assertThat(call).isNotDone();
	}

	@Test
	void callsFailWhenThereIsNoServer() {
		CompletableFuture<Integer> call = this.connection.callAsync(Integer.class, "increment", 1);
		this.server.nextAttempt().listener.closed(LOST);
		assertFails(call, "client", "connection_lost");
		assertThat(this.errors).isEmpty();
		this.server.pass();
		this.server.nextAttempt();
	}

	@Test
	void refusedConnectionIsGivenUpWithTheErrorThatWasTold() {
		CompletableFuture<Integer> call = this.connection.callAsync(Integer.class, "increment", 1);
		Attempt attempt = this.server.nextAttempt();
		attempt.listener.failed(new RivetException("user", "no", "Not you", "metadata"));
		attempt.listener.closed(new CloseReason(CloseReason.FAILED, "user.no"));
		assertFails(call, "user", "no");
		assertThat(this.errors).hasSize(1);
		assertThat(this.errors.get(0).metadata()).isEqualTo("metadata");
		assertThat(this.connection.status()).isEqualTo(ConnectionStatus.IDLE);
	}

	@Test
	void connectionThatIsClosedWhileItOpensStaysClosed() {
		Attempt attempt = this.server.nextAttempt();
		CompletableFuture<Integer> call = this.connection.callAsync(Integer.class, "increment", 1);
		this.connection.close();
		assertFails(call, "client", "connection_disposed");
		attempt.listener.opened("id", "1");
		assertThat(attempt.nextMessage()).isEqualTo("close");
		assertThat(attempt.hasMessages()).isFalse();
		assertThat(this.connection.status()).isEqualTo(ConnectionStatus.IDLE);
	}

	@Test
	void connectionThatIsClosedWhileItWaitsStaysClosed() {
		this.server.nextAttempt().listener.closed(LOST);
		this.connection.close();
		this.server.pass();
		assertThat(this.server.hasAttempts()).isFalse();
	}

	private static void assertFails(CompletableFuture<?> call, String group, String code) {
		assertThat(call).failsWithin(5, TimeUnit.SECONDS)
			.withThrowableThat()
			.havingCause()
			.isInstanceOfSatisfying(RivetException.class, (ex) -> assertThat(ex.is(group, code)).isTrue());
	}

	/**
	 * What cannot be written.
	 */
	static final class Broken {

		public int getValue() {
			throw new IllegalStateException("Wanted by the test");
		}

	}

}
