package dev.rivet.sample;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjLongConsumer;

import dev.rivet.sample.CounterClient.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that increment several counters at the same time and keep count of what they
 * were told.
 */
final class CounterTraffic implements AutoCloseable {

	private static final int CLIENTS = 8;

	private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);

	private final List<Future<?>> running = new ArrayList<>();

	private final List<Tally> tallies = new CopyOnWriteArrayList<>();

	private final Random random;

	private final AtomicLong acknowledged = new AtomicLong();

	private final AtomicLong unknown = new AtomicLong();

	private volatile boolean stopped;

	CounterTraffic(Random random) {
		this.random = random;
	}

	void addCounter(String key) {
		this.tallies.add(new Tally(key));
	}

	List<Tally> tallies() {
		return this.tallies;
	}

	long acknowledged() {
		return this.acknowledged.get();
	}

	/**
	 * Returns how many answers left open whether the increment took place.
	 */
	long unknown() {
		return this.unknown.get();
	}

	/**
	 * Lets the clients send until they are stopped or the server is gone.
	 * @param server the server
	 */
	void start(URI server) {
		this.stopped = false;
		CounterClient client = new CounterClient(server);
		for (int i = 0; i < CLIENTS; i++) {
			Random choice = new Random(this.random.nextLong());
			this.running.add(this.threads.submit(() -> {
				while (!this.stopped) {
					increment(client, this.tallies.get(choice.nextInt(this.tallies.size())));
				}
				return null;
			}));
		}
	}

	/**
	 * Waits until the clients have been acknowledged some more increments.
	 * @param increments how many more
	 */
	void awaitAcknowledged(long increments) {
		long expected = acknowledged() + increments;
		await().atMost(Duration.ofMinutes(1))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.failFast("All clients have ended", () -> this.running.stream().allMatch(Future::isDone))
			.until(() -> acknowledged() >= expected);
	}

	/**
	 * Stops the clients.
	 * @throws AssertionError if a client saw what it must not see
	 */
	void stop() throws InterruptedException {
		this.stopped = true;
		List<Future<?>> ended = List.copyOf(this.running);
		this.running.clear();
		for (Future<?> client : ended) {
			try {
				client.get();
			}
			catch (ExecutionException ex) {
				if (!(ex.getCause() instanceof IOException)) {
					throw new AssertionError("A client failed", ex.getCause());
				}
			}
		}
	}

	private void increment(CounterClient client, Tally tally) throws IOException, InterruptedException {
		String id = tally.id();
		if (id == null) {
			Answer answer = client.getOrCreate(tally.key());
			assertThat(answer.isSuccess() || answer.isRetryable() || answer.isUnknown()).as("%s", answer).isTrue();
			if (answer.isSuccess()) {
				tally.id(answer.actorId());
			}
			return;
		}
		tally.sent();
		Answer answer = client.increment(id, 1);
		if (answer.isSuccess()) {
			tally.acknowledged(answer.output());
			this.acknowledged.incrementAndGet();
		}
		else if (answer.isRetryable()) {
			tally.refused();
		}
		else {
			assertThat(answer.isUnknown()).as("%s", answer).isTrue();
			this.unknown.incrementAndGet();
		}
	}

	/**
	 * Reads all counters and checks their values.
	 * @param server the server
	 */
	void verify(URI server) {
		CounterClient client = new CounterClient(server);
		verify((id) -> client.increment(id, 0), Tally::verify);
	}

	/**
	 * Checks that the count of each counter is the sum of its entries.
	 * @param server the server
	 */
	void verifyEntries(URI server) {
		CounterClient client = new CounterClient(server);
		verify(client::difference,
				(tally, difference) -> assertThat(difference).as("entries missing of " + tally.key()).isZero());
	}

	/**
	 * Waits until each counter has done what it has accepted.
	 * @param server the server
	 */
	void awaitSettled(URI server) {
		CounterClient client = new CounterClient(server);
		for (Tally tally : this.tallies) {
			String id = tally.id();
			if (id != null) {
				await("settling of " + tally.key()).atMost(Duration.ofSeconds(60))
					.pollDelay(Duration.ZERO)
					.until(() -> client.difference(id), (answer) -> answer.isSuccess() && answer.output() == 0);
			}
		}
	}

	private void verify(Question question, ObjLongConsumer<Tally> check) {
		for (Tally tally : this.tallies) {
			String id = tally.id();
			if (id != null) {
				check.accept(tally,
						await().atMost(Duration.ofSeconds(30))
							.pollDelay(Duration.ZERO)
							.pollInterval(Duration.ofMillis(20))
							.until(() -> question.ask(id), Answer::isSuccess)
							.output());
			}
		}
	}

	@Override
	public void close() {
		this.stopped = true;
		this.threads.shutdownNow();
	}

	/**
	 * Something to ask a counter.
	 */
	private interface Question {

		Answer ask(String id) throws IOException, InterruptedException;

	}

}
