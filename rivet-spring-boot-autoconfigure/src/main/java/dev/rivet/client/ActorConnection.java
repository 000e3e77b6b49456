package dev.rivet.client;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;

/**
 * A connection to an actor, through which it can be called and sends events.
 * <p>
 * A connection that is lost is opened again, by and by, with the same parameters and
 * subscriptions; the actor sees a new one. Calls without an answer then fail, since
 * nobody knows what became of them, and are not made again. A connection that the actor
 * refuses is given up.
 * <p>
 * Listeners are called one at a time and in order, on threads of the client's. What they
 * throw is logged.
 */
public interface ActorConnection extends ActorCalls, AutoCloseable {

	/**
	 * Returns the actor's id.
	 * @return the id, or {@code null} if the connection was not open yet
	 */
	@Nullable String actorId();

	/**
	 * Returns the connection's own id, which changes when it is opened again.
	 * @return the latest id, or {@code null} if the connection was not open yet
	 */
	@Nullable String connectionId();

	/**
	 * Returns how the connection is.
	 */
	ConnectionStatus status();

	/**
	 * Listens to an event.
	 * @param event the name of the event
	 * @param listener gets the event with all its arguments
	 * @return ends it
	 */
	Subscription on(String event, Consumer<ActorEvent> listener);

	/**
	 * Listens to an event.
	 * @param <T> the type of the event's first argument
	 * @param event the name of the event
	 * @param type the type of the event's first argument
	 * @param listener gets that argument
	 * @return ends it
	 */
	default <T extends @Nullable Object> Subscription on(String event, Class<T> type, Consumer<T> listener) {
		return on(event, (received) -> listener.accept(received.argument(0, type)));
	}

	/**
	 * Listens to an event.
	 * @param <T> the type of the event's first argument
	 * @param event the name of the event
	 * @param type the type of the event's first argument
	 * @param listener gets that argument
	 * @return ends it
	 */
	default <T extends @Nullable Object> Subscription on(String event, ParameterizedTypeReference<T> type,
			Consumer<T> listener) {
		return on(event, (received) -> listener.accept(received.argument(0, type)));
	}

	/**
	 * Listens to the next event of a name.
	 * @param event the name of the event
	 * @param listener gets the event with all its arguments
	 * @return ends it
	 */
	Subscription once(String event, Consumer<ActorEvent> listener);

	/**
	 * Listens to the next event of a name.
	 * @param <T> the type of the event's first argument
	 * @param event the name of the event
	 * @param type the type of the event's first argument
	 * @param listener gets that argument
	 * @return ends it
	 */
	default <T extends @Nullable Object> Subscription once(String event, Class<T> type, Consumer<T> listener) {
		return once(event, (received) -> listener.accept(received.argument(0, type)));
	}

	/**
	 * Listens to the next event of a name.
	 * @param <T> the type of the event's first argument
	 * @param event the name of the event
	 * @param type the type of the event's first argument
	 * @param listener gets that argument
	 * @return ends it
	 */
	default <T extends @Nullable Object> Subscription once(String event, ParameterizedTypeReference<T> type,
			Consumer<T> listener) {
		return once(event, (received) -> listener.accept(received.argument(0, type)));
	}

	/**
	 * Listens to changes of the status.
	 * @param listener gets the new status
	 * @return ends it
	 */
	Subscription onStatus(Consumer<ConnectionStatus> listener);

	/**
	 * Listens to errors of the connection itself: why it was refused or closed, or that a
	 * subscription was refused. Those of calls are not among them.
	 * @param listener gets the error
	 * @return ends it
	 */
	Subscription onError(Consumer<RivetException> listener);

	/**
	 * Closes the connection for good. Calls without an answer fail with
	 * {@code client/connection_disposed}.
	 */
	@Override
	void close();

}
