package dev.rivet.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TurnQueue}.
 */
@Timeout(15)
class TurnQueueTests {

	private final TurnThreads threads = new TurnThreads.Pool(400);

	private final TurnQueue queue = new TurnQueue(this.threads);

	@AfterEach
	void stopThreads() {
		this.threads.shutdown();
	}

	@Test
	void nothingRunsBeforeTheQueueIsOpened() throws Exception {
		CountDownLatch ran = new CountDownLatch(1);
		this.queue.submit(entry(ran::countDown));
		assertThat(ran.getCount()).isOne();
		this.queue.open();
		assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void entriesRunInTheOrderOfTheirArrival() {
		List<Integer> ran = new ArrayList<>();
		CompletableFuture<Void> last = new CompletableFuture<>();
		IntStream.range(0, 10_000).forEach((i) -> this.queue.submit(entry(() -> ran.add(i))));
		this.queue.submit(entry(() -> last.complete(null)));
		this.queue.open();
		last.join();
		assertThat(ran).isSorted().hasSize(10_000);
	}

	@Test
	void aWaitingTurnLetsOthersRunAndGoesOnAfterThem() {
		this.queue.open();
		CompletableFuture<Void> event = new CompletableFuture<>();
		CompletableFuture<List<String>> done = new CompletableFuture<>();
		List<String> order = new ArrayList<>();
		this.queue.submit(entry(() -> {
			order.add("first begins");
			this.queue.release();
			event.join();
			this.queue.acquire();
			order.add("first ends");
			done.complete(order);
		}));
		this.queue.submit(entry(() -> order.add("second")));
		this.queue.submit(entry(() -> event.complete(null)));
		assertThat(done.join()).containsExactly("first begins", "second", "first ends");
	}

	@Test
	void aCallersThreadDoesNotRunWhatMayWait() {
		this.queue.open();
		CompletableFuture<Thread> other = new CompletableFuture<>();
		this.queue.submit(entry(() -> this.queue.submit(entry(() -> other.complete(Thread.currentThread())))), true);
		assertThat(other.join()).isNotEqualTo(Thread.currentThread());
	}

	@Test
	void aQueueThatIsClosedTakesNothingMore() {
		this.queue.open();
		this.queue.close();
		assertThat(this.queue.submit(entry(() -> {
		}))).isFalse();
	}

	@Test
	void aQueueClosesAfterItsLastTurnOnly() {
		CompletableFuture<Boolean> first = new CompletableFuture<>();
		CompletableFuture<Boolean> second = new CompletableFuture<>();
		this.queue.submit(entry(() -> first.complete(this.queue.closeIfLast())));
		this.queue.submit(entry(() -> second.complete(this.queue.closeIfLast())));
		this.queue.open();
		assertThat(first.join()).isFalse();
		assertThat(second.join()).isTrue();
	}

	@Test
	void aTurnThatGivesWayGoesOnThoughTheNextOneWaits() throws Exception {
		this.queue.open();
		CompletableFuture<Void> queued = new CompletableFuture<>();
		CompletableFuture<Void> event = new CompletableFuture<>();
		List<String> ran = new ArrayList<>();
		CompletableFuture<Void> last = new CompletableFuture<>();
		this.queue.submit(entry(() -> {
			queued.join();
			this.queue.giveWay();
			ran.add("gave way");
			event.complete(null);
		}));
		this.queue.submit(entry(() -> {
			this.queue.release();
			event.join();
			this.queue.acquire();
			ran.add("waited");
			this.queue.submit(entry(() -> last.complete(null)));
		}));
		queued.complete(null);
		last.get(10, TimeUnit.SECONDS);
		assertThat(ran).containsExactly("gave way", "waited");
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void turnsNeverOverlapAndNoneIsLostWhateverWaits(long seed) throws Exception {
		this.queue.open();
		int submitters = 4;
		int turnsOfEach = 2_000;
		AtomicInteger inTurn = new AtomicInteger();
		AtomicInteger overlaps = new AtomicInteger();
		CountDownLatch all = new CountDownLatch(submitters * turnsOfEach);
		List<List<Integer>> started = new ArrayList<>();
		ExecutorService others = Executors.newFixedThreadPool(submitters);
		for (int submitter = 0; submitter < submitters; submitter++) {
			List<Integer> startedOfThis = new ArrayList<>();
			started.add(startedOfThis);
			Random random = new Random(seed * 31 + submitter);
			boolean[] waits = new boolean[turnsOfEach];
			boolean[] givesWay = new boolean[turnsOfEach];
			IntStream.range(0, turnsOfEach).forEach((i) -> {
				waits[i] = random.nextInt(8) == 0;
				givesWay[i] = random.nextInt(64) == 0;
			});
			others.execute(() -> {
				for (int i = 0; i < turnsOfEach; i++) {
					int number = i;
					this.queue.submit(entry(() -> {
						startedOfThis.add(number);
						overlaps.addAndGet(inTurn.incrementAndGet() - 1);
						if (waits[number]) {
							inTurn.decrementAndGet();
							this.queue.release();
							this.threads.beforeWait();
							CompletableFuture.runAsync(() -> {
							}).join();
							this.threads.afterWait();
							this.queue.acquire();
							overlaps.addAndGet(inTurn.incrementAndGet() - 1);
						}
						inTurn.decrementAndGet();
						if (givesWay[number]) {
							this.threads.beforeWait();
							this.queue.giveWay();
							this.threads.afterWait();
						}
						all.countDown();
					}));
				}
			});
		}
		assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
		others.shutdown();
		assertThat(overlaps).hasValue(0);
		assertThat(started).allSatisfy((numbers) -> assertThat(numbers).isSorted().hasSize(turnsOfEach));
	}

	private static TurnQueue.Entry entry(Runnable code) {
		return new TurnQueue.Entry() {

			@Override
			public void run() {
				code.run();
			}

		};
	}

}
