package dev.rivet.runtime;

/**
 * A request that is gone when it has been answered, since the web server uses it for
 * others.
 */
public interface PassingRequest {

	/**
	 * Returns what can be kept of it.
	 * @return a copy
	 */
	Object copy();

}
