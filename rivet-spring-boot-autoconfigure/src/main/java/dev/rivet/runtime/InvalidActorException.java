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
		this("Actor " + actorClass.getName() + " " + problem + ".", action);
	}

	private InvalidActorException(String message, String action) {
		super(message);
		this.action = action;
	}

	static InvalidActorException notAnActor(Class<?> beanClass, String problem) {
		return new InvalidActorException(
				"Bean class " + beanClass.getName() + " " + problem + " but is not annotated with @Actor.",
				"Annotate the class with @Actor, or remove what only means something in an actor.");
	}

	/**
	 * Returns what to change.
	 */
	public String action() {
		return this.action;
	}

}
