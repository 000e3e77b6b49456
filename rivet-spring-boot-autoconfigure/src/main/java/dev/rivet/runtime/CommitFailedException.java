package dev.rivet.runtime;

import dev.rivet.client.RivetException;
import dev.rivet.store.StoreException;

/**
 * Thrown in a turn when what it has changed so far was not committed.
 */
final class CommitFailedException extends RivetException {

	CommitFailedException(StoreException cause) {
		this(Errors.of(cause), cause);
	}

	private CommitFailedException(RivetException error, StoreException cause) {
		super(error.group(), error.code(), String.valueOf(error.getMessage()), error.metadata());
		initCause(cause);
	}

}
