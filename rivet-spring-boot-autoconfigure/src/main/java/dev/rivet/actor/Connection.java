package dev.rivet.actor;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * The connection through which a client calls an actor and gets its events. A single call
 * over HTTP, or from Java without a connection, has one of its own for its duration,
 * which no event reaches.
 * <p>
 * Unless said otherwise its methods may only be called in a turn of the actor.
 */
public interface Connection {

	/**
	 * Returns the connection's id. May be called from any thread.
	 */
	String id();

	/**
	 * Returns the parameters that the client gave for its connection. May be called from
	 * any thread.
	 * @param <T> the type of the parameters
	 * @param type the type of the parameters
	 * @return the parameters, or {@code null} if there are none
	 * @throws UserError if they are not of that type
	 */
	<T> @Nullable T parameters(Class<T> type);

	/**
	 * Returns the connection's state, as the actor's
	 * {@link ConnectionState @ConnectionState} method has made it or as it was
	 * {@linkplain #setState set}. Changes to it last, unless the turn throws.
	 * @param <T> the type of the state
	 * @param type the type of the state
	 * @return the state
	 * @throws IllegalStateException if there is none, or one of another type
	 */
	<T> T state(Class<T> type);

	/**
	 * Replaces the connection's state.
	 * @param state the new state, which must be serialisable
	 */
	void setState(Object state);

	/**
	 * Returns who has connected, if Spring Security has authenticated somebody. May be
	 * called from any thread.
	 */
	@Nullable Principal principal();

	/**
	 * Sends an event to this connection alone, whether it has subscribed to it or not. It
	 * leaves when everything that the turn could have seen is durable.
	 * @param event the name of the event
	 * @param args the arguments, which are copied now
	 * @throws dev.rivet.client.RivetException {@code event/invalid_payload} if the event
	 * is {@linkplain Event declared} with other arguments
	 */
	void send(String event, @Nullable Object... args);

	/**
	 * Closes the connection with code 1000 when everything that the turn could have seen
	 * is durable.
	 * @param reason what the client is told, at most 123 bytes in UTF-8
	 * @throws IllegalArgumentException if the reason is too long
	 */
	void disconnect(String reason);

	/**
	 * Returns whether the connection stays open while the actor sleeps. All do but raw
	 * WebSockets that neither {@link OnWebSocket#hibernatable()} nor a
	 * {@link CanHibernate @CanHibernate} method lets, and those of single calls, which
	 * end before.
	 * @return whether it stays open
	 */
	boolean isHibernatable();

}
