package dev.rivet.runtime;

import java.util.concurrent.CompletionException;

import dev.rivet.store.StoreException;
import dev.rivet.store.StoreException.Reason;

/**
 * Reads failures of the store.
 */
final class StoreErrors {

	private StoreErrors() {
	}

	static StoreException of(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return (cause instanceof StoreException known) ? known
				: new StoreException(Reason.OUTCOME_UNKNOWN, "Unexpected failure of the store", cause);
	}

}
