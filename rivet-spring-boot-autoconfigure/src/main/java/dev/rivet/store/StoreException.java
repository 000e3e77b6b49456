package dev.rivet.store;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a store operation did not succeed. The {@linkplain #reason() reason} says
 * what is known of its outcome.
 */
public class StoreException extends RuntimeException {

	private final Reason reason;

	public StoreException(Reason reason, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.reason = reason;
	}

	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why an operation did not succeed.
	 */
	public enum Reason {

		/**
		 * There is no such actor, or it was destroyed.
		 */
		NOT_FOUND,

		/**
		 * Another node, which is alive, owns the actor.
		 */
		OWNED_ELSEWHERE,

		/**
		 * The actor has a higher epoch by now; nothing was committed.
		 */
		LOST_OWNERSHIP,

		/**
		 * The database does not accept these changes, whoever else is in the transaction;
		 * nothing was committed.
		 */
		REJECTED,

		/**
		 * The database cannot be reached; nothing was committed.
		 */
		UNAVAILABLE,

		/**
		 * The connection was lost during the commit, and whether it took place could not
		 * be learnt in time.
		 */
		OUTCOME_UNKNOWN

	}

}
