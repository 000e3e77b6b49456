package dev.rivet.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * Reads from the store on threads of its own.
 */
final class Lookups {

	private final ExecutorService threads;

	Lookups(ThreadFactory threads) {
		this.threads = Executors.newFixedThreadPool(2, threads);
	}

	<T> CompletableFuture<T> start(Supplier<T> read) {
		return CompletableFuture.supplyAsync(read, this.threads);
	}

	/**
	 * Reads while the calling thread, which may be interrupted, waits.
	 * @param <T> the type of the result
	 * @param read the read
	 * @return what was read
	 */
	<T> T await(Supplier<T> read) {
		return Waiting.await(start(read));
	}

	void shutdown() {
		this.threads.shutdown();
	}

}
