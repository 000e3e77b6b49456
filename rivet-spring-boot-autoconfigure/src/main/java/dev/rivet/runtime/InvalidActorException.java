package dev.rivet.runtime;

/**
 * Thrown at startup when a class cannot be an actor.
 */
public class InvalidActorException extends RuntimeException {

	private final String action;

	/**
	 * Creates an exception.
	 * @param actorClass the class
	 * @param problem what is wrong with it, as the rest of a sentence that begins with
	 * the class
	 * @param action what to change
	 */
	public InvalidActorException(Class<?> actorClass, String problem, String action) {
		super("Actor " + actorClass.getName() + " " + problem + ".");
		this.action = action;
	}

	/**
	 * Returns what to change.
	 */
	public String action() {
		return this.action;
	}

}
