package dev.rivet.runtime;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import dev.rivet.store.StoreException;
import dev.rivet.store.StoreException.Reason;

/**
 * Reads from the store on threads of its own. Nobody waits long for that: when the
 * database is away a pool may keep each of them for half a minute.
 */
final class Lookups {

	private final ExecutorService threads;

	private final Duration timeout;

	Lookups(ThreadFactory threads, Duration timeout) {
		this.threads = Executors.newFixedThreadPool(2, threads);
		this.timeout = timeout;
	}

	/**
	 * Starts a read, which is dropped if its time is over before its turn comes.
	 * @param <T> the type of the result
	 * @param read the read
	 * @return what was read; fails with a {@link StoreException} when its time is over
	 */
	<T> CompletableFuture<T> start(Supplier<T> read) {
		return CompletableFuture.supplyAsync(read, this.threads)
			.orTimeout(this.timeout.toMillis(), TimeUnit.MILLISECONDS)
			.exceptionallyCompose((failure) -> CompletableFuture
				.failedFuture((failure instanceof TimeoutException) ? noAnswer(failure) : failure));
	}

	private static StoreException noAnswer(Throwable timeout) {
		return new StoreException(Reason.UNAVAILABLE, "The database does not answer", timeout);
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
