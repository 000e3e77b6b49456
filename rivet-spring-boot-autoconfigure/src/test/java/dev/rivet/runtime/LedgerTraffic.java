package dev.rivet.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.QueueReceive;
import dev.rivet.actor.Run;
import dev.rivet.actor.State;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that call actors, send to their queues and create new ones, and keep count of
 * what they were told.
 */
final class LedgerTraffic implements AutoCloseable {

	private static final int LEDGERS = 4;

	private static final int CLIENTS = 8;

	private final RivetClient rivet;

	private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);

	private final List<Future<?>> running = new ArrayList<>();

	private final Map<Entry, AtomicInteger> acknowledged = new ConcurrentHashMap<>();

	private final Map<Entry, AtomicInteger> unknown = new ConcurrentHashMap<>();

	private final AtomicInteger refused = new AtomicInteger();

	private volatile boolean stopped;

	LedgerTraffic(RivetClient rivet) {
		this.rivet = rivet;
	}

	void start() {
		for (int i = 0; i < CLIENTS; i++) {
			String key = String.valueOf(i % LEDGERS);
			this.running.add(this.threads.submit(() -> use(key)));
		}
		this.running.add(this.threads.submit(this::create));
	}

	private void use(String key) {
		while (!this.stopped) {
			count(new Entry("ledger", key, "added"), (actor) -> actor.call(Void.class, "add"));
			count(new Entry("ledger", key, "listened"), (actor) -> actor.send("listen", 1));
			count(new Entry("ledger", key, "looped"), (actor) -> actor.send("loop", 1));
		}
	}

	private void create() {
		for (int i = 0; !this.stopped; i++) {
			count(new Entry("note", String.valueOf(i), "added"), (actor) -> actor.call(Void.class, "add"));
		}
	}

	private void count(Entry entry, Consumer<ActorHandle> call) {
		try {
			call.accept(actor(entry));
			this.acknowledged.computeIfAbsent(entry, (missing) -> new AtomicInteger()).incrementAndGet();
		}
		catch (RivetException ex) {
			this.refused.incrementAndGet();
			if (ex.is("rivetkit", "internal_error")) {
				this.unknown.computeIfAbsent(entry, (missing) -> new AtomicInteger()).incrementAndGet();
			}
			else {
				assertThat(ex.group() + "/" + ex.code()).isIn("actor/restarting", "queue/full");
			}
		}
	}

	private ActorHandle actor(Entry entry) {
		return this.rivet.getOrCreate(entry.name(), entry.key());
	}

	void awaitAcknowledged(int more) {
		awaitMore(() -> sum(this.acknowledged), more);
	}

	void awaitRefused(int more) {
		awaitMore(this.refused::get, more);
	}

	private static void awaitMore(IntSupplier count, int more) {
		int expected = count.getAsInt() + more;
		await().atMost(Duration.ofSeconds(60)).until(() -> count.getAsInt() >= expected);
	}

	/**
	 * Returns how many calls nobody knows of whether they took place.
	 */
	int unknown() {
		return sum(this.unknown);
	}

	private static int sum(Map<Entry, AtomicInteger> counts) {
		return counts.values().stream().mapToInt(AtomicInteger::get).sum();
	}

	/**
	 * Ends the clients, and checks that what they were told is true.
	 * @throws Exception if a client saw what it must not see
	 */
	void stopAndVerify() throws Exception {
		this.stopped = true;
		for (Future<?> client : this.running) {
			client.get();
		}
		for (Entry entry : this.acknowledged.keySet()) {
			int least = this.acknowledged.getOrDefault(entry, new AtomicInteger()).get();
			int most = least + this.unknown.getOrDefault(entry, new AtomicInteger()).get();
			await(entry.toString()).atMost(Duration.ofSeconds(30))
				.pollDelay(Duration.ZERO)
				.until(() -> read(entry), (found) -> found >= least);
			assertThat(read(entry)).as("%s", entry).isBetween(least, most);
		}
	}

	private int read(Entry entry) {
		return actor(entry).call(Integer.class, "count", entry.what());
	}

	@Override
	public void close() {
		this.stopped = true;
		this.threads.shutdown();
	}

	/**
	 * What is counted.
	 *
	 * @param name the name of the actor
	 * @param key the key of the actor
	 * @param what how it was counted
	 */
	private record Entry(String name, String key, String what) {
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Ledger.class, Note.class })
	static class Actors {

	}

	@Actor("ledger")
	static class Ledger {

		@State
		private int added;

		@State
		private int listened;

		@State
		private int looped;

		@Action
		void add() {
			this.added++;
		}

		@QueueListener("listen")
		void listen(int one) {
			this.listened += one;
		}

		@Run
		void run(ActorContext context) {
			for (var message : context.queue().iterate(QueueReceive.from("loop"))) {
				this.looped++;
			}
		}

		@Action
		int count(String what) {
			return switch (what) {
				case "added" -> this.added;
				case "listened" -> this.listened;
				default -> this.looped;
			};
		}

	}

	@Actor("note")
	static class Note {

		@State
		private int added;

		@Action
		void add() {
			this.added++;
		}

		@Action
		int count(String what) {
			return this.added;
		}

	}

}
