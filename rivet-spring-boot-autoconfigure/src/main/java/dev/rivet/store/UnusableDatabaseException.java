package dev.rivet.store;

/**
 * Thrown at startup when actors cannot be kept in the database as it is configured.
 */
public final class UnusableDatabaseException extends RuntimeException {

	private final String action;

	UnusableDatabaseException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * Returns what to do about it.
	 */
	public String action() {
		return this.action;
	}

}
