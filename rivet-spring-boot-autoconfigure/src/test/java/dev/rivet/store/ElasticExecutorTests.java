package dev.rivet.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ElasticExecutor}.
 */
@Timeout(30)
class ElasticExecutorTests {

	private final ElasticExecutor executor = new ElasticExecutor("elastic-test-", 1,
			new ThreadPoolExecutor.DiscardPolicy());

	private final CountDownLatch read = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.read.countDown();
		this.executor.shutdown();
	}

	@Test
	void tasksDoNotWaitForOthersThatWait() throws InterruptedException {
		for (int round = 0; round < 3; round++) {
			for (int i = 0; i < 20; i++) {
				this.executor.execute(this::awaitRead);
			}
			CountDownLatch done = new CountDownLatch(1);
			this.executor.execute(done::countDown);
			done.await();
		}
	}

	@Test
	void whatIsPutOffWaitsForWhatThereIsToDo() throws InterruptedException {
		List<String> order = Collections.synchronizedList(new ArrayList<>());
		CountDownLatch done = new CountDownLatch(1);
		this.executor.execute(() -> {
			this.executor.execute(() -> order.add("next"));
			ElasticExecutor.putOff(() -> {
				order.add("put off");
				done.countDown();
			});
		});
		done.await();
		assertThat(order).containsExactly("next", "put off");
	}

	@Test
	void whatIsPutOffDoesNotWaitForTasksThatWait() throws InterruptedException {
		CountDownLatch done = new CountDownLatch(1);
		this.executor.execute(() -> {
			this.executor.execute(this::awaitRead);
			ElasticExecutor.putOff(done::countDown);
		});
		done.await();
	}

	private void awaitRead() {
		try {
			this.read.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
