package dev.rivet.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import dev.rivet.benchmark.RealtimeApplication;
import dev.rivet.process.JavaServer;
import dev.rivet.process.LiveObjects;
import dev.rivet.process.TestDatabase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Lets sockets come, call and go at random for minutes, and looks whether any are left
 * over, whether those who stay hear everything once and in order, and whether the heap
 * stays as large as it was.
 */
@EnabledIfSystemProperty(named = "soak.minutes", matches = ".+",
		disabledReason = "It runs for as many minutes as -Dsoak.minutes says")
class SocketSoakTests {

	private static final Log logger = LogFactory.getLog(SocketSoakTests.class);

	private static final int ROOMS = 4;

	private static final int VISITORS = 1800;

	private static final int RESIDENTS = 200;

	/**
	 * Sockets that end leave their ports unusable for a while; 200 in a second leave
	 * enough.
	 */
	private static final long STEP = 5_000_000;

	private static final int CALLS = 5;

	/**
	 * What garbage collections leave varies a little.
	 */
	private static final long HEAP_MARGIN = 4 * 1024 * 1024;

	/**
	 * The server may keep connections for requests open.
	 */
	private static final int REQUESTS = 10;

	private static final String SOCKET = "dev.rivet.web.ConnectionSocket";

	private static final String TRANSPORT = "org.apache.tomcat.util.net.NioEndpoint$NioSocketWrapper";

	private final Duration duration = Duration.ofMinutes(Integer.getInteger("soak.minutes", 3));

	private final long seed = Long.getLong("soak.seed", 20_261_124);

	private final Random random = new Random(this.seed);

	private final List<Room> rooms = new ArrayList<>();

	private final List<Visitor> residents = new ArrayList<>();

	private final List<Visitor> visitors = new ArrayList<>();

	private long visits;

	@Test
	void socketsComeAndGoWithoutATrace(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
		logger.info("Soaking for %d minutes with -Dsoak.seed=%d".formatted(this.duration.toMinutes(), this.seed));
		try (Selector selector = Selector.open();
				JavaServer server = JavaServer.start(RealtimeApplication.class, directory, List.of("-Xmx512m"),
						TestDatabase.SQLITE.create(directory))) {
			server.awaitReady("/api/rivet/health");
			IntStream.range(0, ROOMS).forEach((i) -> this.rooms.add(new Room(server, "room-" + i)));
			for (int i = 0; i < RESIDENTS; i++) {
				this.residents.add(Visitor.enter(this.rooms.get(i % ROOMS), selector));
			}
			while (this.visitors.size() < VISITORS) {
				this.visitors.add(Visitor.enter(anyOf(this.rooms), selector));
			}
			Duration warmUp = this.duration.dividedBy(4);
			comeAndGo(selector, warmUp);
			long before = heap(selector, server);
			comeAndGo(selector, this.duration.minus(warmUp));
			long after = heap(selector, server);
			for (Visitor visitor : this.visitors) {
				visitor.leave(this.random);
			}
			listenUntil(selector, () -> connections() == RESIDENTS);
			logger.info("%,d visits, %,d events, heap %,d bytes and then %,d".formatted(this.visits,
					this.rooms.stream().mapToLong(Room::published).sum(), before, after));
			listenUntil(selector, () -> {
				LiveObjects objects = LiveObjects.of(server);
				return objects.count(SOCKET) == RESIDENTS && objects.count(TRANSPORT) <= RESIDENTS + REQUESTS;
			});
			assertThat(server.output()).doesNotContain("ERROR", "WARN");
			assertThat(after).as("heap").isLessThan(before + HEAP_MARGIN);
		}
	}

	private void comeAndGo(Selector selector, Duration time) throws IOException {
		long end = System.nanoTime() + time.toNanos();
		for (long next = System.nanoTime(); next < end; next += STEP) {
			do {
				listen(selector);
			}
			while (System.nanoTime() < next);
			for (int i = 0; i < CALLS; i++) {
				anyOf(this.visitors).call();
			}
			if (this.random.nextInt(4) == 0) {
				// who publishes must stay the same, or else events overtake each other
				this.residents.get(this.random.nextInt(ROOMS)).publish();
			}
			Visitor visitor = anyOf(this.visitors);
			visitor.leave(this.random);
			this.visitors.remove(visitor);
			this.visitors.add(Visitor.enter(anyOf(this.rooms), selector));
			this.visits++;
			if (this.random.nextInt(10) == 0) {
				Visitor.hesitate(anyOf(this.rooms));
			}
		}
	}

	private <T> T anyOf(List<T> all) {
		return all.get(this.random.nextInt(all.size()));
	}

	private long heap(Selector selector, JavaServer server) {
		listenUntil(selector, () -> this.residents.stream().allMatch(Visitor::knowsAll));
		listenUntil(selector, () -> connections() == RESIDENTS + VISITORS);
		return LiveObjects.of(server).bytes();
	}

	private int connections() {
		return this.rooms.stream().mapToInt(Room::connections).sum();
	}

	/**
	 * Waits long enough for the server to give up who does not answer its pings.
	 */
	private static void listenUntil(Selector selector, Callable<Boolean> condition) {
		await().pollInSameThread().atMost(Duration.ofMinutes(2)).until(() -> {
			listen(selector);
			return condition.call();
		});
	}

	private static void listen(Selector selector) throws IOException {
		selector.select(SocketSoakTests::listen, 1);
	}

	private static void listen(SelectionKey key) {
		try {
			((Visitor) key.attachment()).listen();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
