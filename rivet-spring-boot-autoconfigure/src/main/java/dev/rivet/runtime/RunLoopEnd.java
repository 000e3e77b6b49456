package dev.rivet.runtime;

/**
 * How the run of an actor's {@code @Run} method ended.
 */
public enum RunLoopEnd {

	/**
	 * It returned by itself; the actor lives on without it until it wakes again.
	 */
	RETURNED,

	/**
	 * It ended because the actor was to end.
	 */
	STOPPED,

	/**
	 * It threw; the actor lives on without it until it wakes again.
	 */
	FAILED

}
