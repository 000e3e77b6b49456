package dev.rivet.web;

import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests for {@link ClientWriters}.
 */
@Timeout(30)
class ClientWritersTests {

	private final ClientWriters writers = new ClientWriters("writers-test-", 1);

	private final CountDownLatch read = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.read.countDown();
		this.writers.shutdown();
	}

	@Test
	void clientsDoNotWaitForOthersThatDoNotRead() throws InterruptedException {
		for (int round = 0; round < 3; round++) {
			for (int i = 0; i < 20; i++) {
				this.writers.execute(this::write);
			}
			CountDownLatch written = new CountDownLatch(1);
			this.writers.execute(written::countDown);
			written.await();
		}
	}

	private void write() {
		try {
			this.read.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
