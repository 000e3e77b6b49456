package dev.rivet.actor;

import org.jspecify.annotations.Nullable;

/**
 * The connection through which an actor is called.
 */
public interface Connection {

	/**
	 * Returns the connection's id.
	 */
	String id();

	/**
	 * Returns the parameters that the client gave for its connection.
	 * @param <T> the type of the parameters
	 * @param type the type of the parameters
	 * @return the parameters, or {@code null} if there are none
	 * @throws UserError if they are not of that type
	 */
	<T> @Nullable T parameters(Class<T> type);

}
