package dev.rivet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.ActorWebSocket;
import dev.rivet.actor.CanHibernate;
import dev.rivet.actor.Connection;
import dev.rivet.actor.ConnectionState;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.OnSleep;
import dev.rivet.actor.OnWake;
import dev.rivet.actor.OnWebSocket;
import dev.rivet.actor.State;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorAddress;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.CloseReason;
import dev.rivet.store.FaultyDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for clients that stay, come and go while their actor sleeps, falls asleep or
 * wakes.
 */
@Timeout(30)
class HibernationTests {

	private static CompletableFuture<String> falling = new CompletableFuture<>();

	private static CompletableFuture<String> asleep = new CompletableFuture<>();

	@TempDir
	private Path directory;

	private RunningApplication application;

	private FaultyDataSource database;

	private ActorRuntime runtime;

	private ActorHandle lobby;

	@BeforeEach
	void start() {
		falling = new CompletableFuture<>();
		asleep = CompletableFuture.completedFuture("");
		this.application = RunningApplication.startActors(this.directory, Lobby.class, Quiet.class);
		this.database = this.application.database();
		this.runtime = this.application.runtime();
		this.lobby = this.application.actor("lobby", "one");
	}

	@AfterEach
	void stop() {
		asleep.complete("");
		this.application.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "state_type = 'com.acme.Renamed'", "state_type = 'java.lang.Integer'",
			"state_type = 'java.io.InputStream'", "state = X'ff00'" })
	void anActorStartsAlthoughTheStateOfALostConnectionCannotBeRead(String change) throws Exception {
		connect("ann");
		this.runtime.administration().crash(this.lobby.resolve());
		assertThat(this.application.jdbc().sql("UPDATE rivet_connection SET " + change).update()).isOne();
		assertThat(log()).containsExactly("ann left without a state");
		sleep();
		assertThat(log()).hasSize(1);
	}

	@Test
	void aSocketThatTheWokenActorDoesNotTakeClosesAlone() throws Exception {
		Socket good = open("/good");
		Socket refused = open("/once");
		RecordedConnection connection = connect("ann");
		sleep();
		connection.call(1, "wakes");
		assertThat(connection.next()).isEqualTo("replied 1 2");
		assertThat(refused.next()).isEqualTo("closed 1011 rivetkit.internal_error");
		good.socket.text("hello");
		assertThat(good.next()).isEqualTo("hello");
		assertThat(this.lobby.call(int.class, "wakes")).isEqualTo(2);
		assertThat(log()).containsExactly("/once left");
	}

	@Test
	void theWokenActorHearsOfSocketsThatClosedMeanwhile() throws Exception {
		Socket socket = open("/a");
		Socket other = open("/b");
		sleep();
		socket.socket.closed(new CloseReason(4000, "bye"));
		awaitAwake();
		other.socket.text("hello");
		assertThat(other.next()).isEqualTo("hello");
		assertThat(log()).containsExactly("/a closed 4000 bye", "/a left");
		sleep();
		assertThat(log()).as("durable, and once").hasSize(2);
	}

	@Test
	void whoLeavesWakesAnActorThatWantsToKnow() throws Exception {
		RecordedConnection leaving = connect("ann");
		RecordedConnection staying = connect("bob");
		staying.subscribe("left");
		sleep();
		leaving.close();
		assertThat(staying.next()).isEqualTo("left [\"ann\"]");
		assertThat(log()).containsExactly("ann left");
	}

	@Test
	void whoLeavesDoesNotWakeAnActorThatDoesNotWantToKnow() throws Exception {
		ActorHandle quiet = this.application.actor("quiet", "one");
		RecordedConnection leaving = connect("quiet", "ann");
		String id = quiet.resolve();
		this.application.sleep(quiet);
		leaving.close();
		assertThat(this.runtime.administration().isAwake(id)).isFalse();
		assertThat(quiet.call(int.class, "connections")).isZero();
	}

	@Test
	void anActorHearsOfTheSocketsThatItsSleepCloses() throws Exception {
		Socket socket = open("/restless");
		sleep();
		assertThat(socket.next()).isEqualTo("closed 1001 actor.stopped");
		assertThat(this.runtime.administration().isAwake(this.lobby.resolve())).isFalse();
		assertThat(log()).containsExactly("/restless closed 1001 actor.stopped", "/restless left");
	}

	@Test
	void whoHasGoneIsNoticedBeforeAnyCallAlthoughTheHookWaits() throws Exception {
		connect("slow");
		this.runtime.administration().crash(this.lobby.resolve());
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		CompletableFuture<Void> first = this.lobby.callAsync(Void.class, "note", "first");
		gate.awaitReached();
		CompletableFuture<Void> second = this.lobby.callAsync(Void.class, "note", "second");
		gate.open();
		CompletableFuture.allOf(first, second).join();
		assertThat(log()).containsExactly("slow leaves", "slow left", "first", "second");
	}

	@Test
	void whoLeavesWhileTheActorFallsAsleepIsNoticedOnce() throws Exception {
		RecordedConnection connection = connect("ann");
		Socket socket = open("/a");
		asleep = new CompletableFuture<>();
		CompletableFuture<?> sleeping = this.runtime.administration().fallAsleep(this.lobby.resolve());
		falling.join();
		connection.close();
		socket.socket.closed(new CloseReason(1000, ""));
		asleep.complete("");
		sleeping.join();
		assertThat(log()).containsExactlyInAnyOrder("ann left", "/a closed 1000 ", "/a left");
		sleep();
		assertThat(log()).hasSize(3);
	}

	@Test
	void whoLeavesWhileTheActorWakesIsNoticedOnce() throws Exception {
		RecordedConnection leaving = connect("ann");
		Socket socket = open("/a");
		RecordedConnection staying = connect("bob");
		sleep();
		FaultyDataSource.Gate gate = this.database.holdNextStatement();
		staying.call(1, "log");
		gate.awaitReached();
		leaving.close();
		socket.socket.closed(new CloseReason(1000, ""));
		gate.open();
		assertThat(staying.next()).isEqualTo("replied 1 [\"ann left\",\"/a closed 1000 \",\"/a left\"]");
		sleep();
		assertThat(log()).hasSize(3);
	}

	@Test
	void subscriptionsAreMadeAndEndedWhileTheActorSleeps() throws Exception {
		RecordedConnection connection = connect("ann");
		sleep();
		connection.subscribe("said");
		awaitAwake();
		sleep();
		connection.call(1, "say", "hello");
		assertThat(connection.next()).isEqualTo("said [\"hello\"]");
		assertThat(connection.next()).isEqualTo("replied 1 null");
		sleep();
		connection.unsubscribe("said");
		connection.call(2, "say", "nobody");
		assertThat(connection.next()).isEqualTo("replied 2 null");
		sleep();
		connection.call(3, "say", "still nobody");
		assertThat(connection.next()).isEqualTo("replied 3 null");
	}

	@Test
	void connectionsTellWhetherTheyStay() throws Exception {
		connect("ann");
		open("/a");
		open("/restless");
		assertThat(this.lobby.call(List.class, "staying"))
			.isEqualTo(List.of("ann true", "/a true", "/restless false", "null false"));
	}

	private List<String> log() {
		return this.lobby.call(new ParameterizedTypeReference<List<String>>() {
		}, "log");
	}

	private void sleep() {
		String id = this.lobby.resolve();
		this.runtime.administration().fallAsleep(id).join();
		await().until(() -> this.runtime.records().findAll(List.of(id)).get(0).sleptAt() != null);
	}

	private void awaitAwake() {
		String id = this.lobby.resolve();
		await().until(() -> this.runtime.administration().isAwake(id));
	}

	private RecordedConnection connect(String who) throws InterruptedException {
		return connect("lobby", who);
	}

	private RecordedConnection connect(String actor, String who) throws InterruptedException {
		return RecordedConnection.opened(this.runtime, new ActorAddress.OrCreated(actor, List.of("one"), null), who);
	}

	private Socket open(String path) throws InterruptedException {
		Socket socket = new Socket(path);
		socket.socket.text("ping");
		assertThat(socket.next()).isEqualTo("ping");
		return socket;
	}

	/**
	 * A raw WebSocket that keeps what it hears.
	 */
	private final class Socket implements SocketListener {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		private final TransportSocket socket;

		Socket(String path) {
			this.socket = HibernationTests.this.runtime.openSocket(
					new ActorAddress.OrCreated("lobby", List.of("one"), null), JsonMapper.shared().valueToTree(path),
					null, null, path, this);
		}

		String next() throws InterruptedException {
			return String.valueOf(this.heard.poll(10, TimeUnit.SECONDS));
		}

		@Override
		public void text(String text) {
			this.heard.add(text);
		}

		@Override
		public void binary(byte[] bytes) {
			this.heard.add(bytes.length + " bytes");
		}

		@Override
		public void closed(CloseReason reason) {
			this.heard.add("closed %d %s".formatted(reason.code(), reason.text()));
		}

	}

	/**
	 * Connections and raw WebSockets say who they are with their parameters; single calls
	 * do not.
	 */
	@Actor("lobby")
	static class Lobby {

		@State
		private final List<String> log = new ArrayList<>();

		@State
		private int wakes;

		@OnWake
		void wake() {
			this.wakes++;
		}

		@OnSleep
		void sleep() {
			falling.complete("");
			asleep.join();
		}

		@ConnectionState
		Guest guest(@Nullable String who) {
			return new Guest(String.valueOf(who));
		}

		@CanHibernate
		boolean mayHibernate(@Nullable String path) {
			return !"/restless".equals(path);
		}

		@OnWebSocket
		void open(ActorWebSocket socket) {
			if (socket.path().equals("/once") && this.wakes > 1) {
				throw new IllegalStateException("This failure belongs to the test");
			}
			socket.onText(socket::send);
			socket.onClose((code, reason) -> this.log.add(socket.path() + " closed " + code + " " + reason));
		}

		@OnDisconnect
		void left(@Nullable String who, Connection connection, ActorContext context) {
			if (who == null) {
				return;
			}
			if (who.equals("slow")) {
				this.log.add("slow leaves");
				context.delay(Duration.ofMillis(50));
			}
			this.log.add(who + " left" + (isKnown(connection) ? "" : " without a state"));
			context.broadcast("left", who);
		}

		private static boolean isKnown(Connection connection) {
			try {
				return connection.state(Guest.class) != null;
			}
			catch (IllegalStateException ex) {
				return false;
			}
		}

		@Action
		void note(String text) {
			this.log.add(text);
		}

		@Action
		List<String> log() {
			return this.log;
		}

		@Action
		int wakes() {
			return this.wakes;
		}

		@Action
		void say(String text, ActorContext context) {
			context.broadcast("said", text);
		}

		@Action
		List<String> staying(ActorContext context) {
			return context.connections()
				.stream()
				.map((each) -> each.parameters(String.class) + " " + each.isHibernatable())
				.toList();
		}

	}

	/**
	 * Does not care who is connected.
	 */
	@Actor("quiet")
	static class Quiet {

		@Action
		long connections(Connection self, ActorContext context) {
			return context.connections().stream().filter((each) -> !each.id().equals(self.id())).count();
		}

	}

	/**
	 * The state of a connection.
	 *
	 * @param name whom it belongs to
	 */
	record Guest(String name) {
	}

}
