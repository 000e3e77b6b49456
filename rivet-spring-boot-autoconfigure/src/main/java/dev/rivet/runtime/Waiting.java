package dev.rivet.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * Waiting for a future as if its work were done here.
 */
final class Waiting {

	private Waiting() {
	}

	/**
	 * Waits for a result.
	 * @param <T> the type of the result
	 * @param future what to wait for
	 * @return the result
	 * @throws InterruptedException if the thread is interrupted
	 * @throws RuntimeException what the future failed with; a checked exception is the
	 * cause of a {@link CompletionException}
	 */
	static <T extends @Nullable Object> T get(CompletableFuture<T> future) throws InterruptedException {
		try {
			return future.get();
		}
		catch (ExecutionException ex) {
			Throwable cause = Errors.unwrap(ex);
			if (cause instanceof RuntimeException unchecked) {
				throw unchecked;
			}
			if (cause instanceof Error error) {
				throw error;
			}
			throw new CompletionException(cause);
		}
	}

	/**
	 * Waits for a result where an interruption is a failure like others. The thread's
	 * interrupt status is kept.
	 * @param <T> the type of the result
	 * @param future what to wait for
	 * @return the result
	 * @throws RuntimeException what the future failed with, as by {@link #get}; a
	 * {@link CompletionException} if the thread is interrupted
	 */
	static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
		try {
			return get(future);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CompletionException(ex);
		}
	}

}
