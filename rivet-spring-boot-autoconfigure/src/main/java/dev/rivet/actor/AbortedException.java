package dev.rivet.actor;

/**
 * Thrown by what waits when it is to wait no longer: the actor falls asleep, is destroyed
 * or has moved, or an {@link AbortSignal} was given.
 */
public class AbortedException extends RuntimeException {

	public AbortedException(String message) {
		super(message);
	}

}
