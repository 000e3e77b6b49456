package dev.rivet.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import dev.rivet.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Completes a future when everything before it is durable.
 */
class Completion extends Emission {

	private final CompletableFuture<@Nullable Void> future;

	private final Function<StoreException, RuntimeException> error;

	/**
	 * Creates a completion.
	 * @param future what is completed
	 * @param error what the future fails with if something before it was not committed
	 */
	Completion(CompletableFuture<@Nullable Void> future, Function<StoreException, RuntimeException> error) {
		this.future = future;
		this.error = error;
	}

	@Override
	void leave() {
		this.future.complete(null);
	}

	@Override
	void fail(Loss loss) {
		this.future.completeExceptionally(this.error.apply(loss.cause()));
	}

}
