package dev.rivet.client;

/**
 * What a listener was added for. Closing it removes the listener.
 */
@FunctionalInterface
public interface Subscription extends AutoCloseable {

	/**
	 * Removes the listener. What already waits for it may still reach it.
	 */
	@Override
	void close();

}
