package dev.rivet.client;

import tools.jackson.databind.JsonNode;

/**
 * Hears what comes over a {@link TransportConnection}, one thing at a time and in order.
 * No method may wait: an actor may be behind the calling thread.
 */
public interface ConnectionListener {

	/**
	 * The actor has accepted the connection. Nothing comes before this but
	 * {@link #failed} and {@link #closed}.
	 * @param actorId the actor's id
	 * @param connectionId the connection's id
	 */
	void opened(String actorId, String connectionId);

	/**
	 * A call has succeeded.
	 * @param id the caller's number for the call
	 * @param output the action's result
	 */
	void replied(long id, JsonNode output);

	/**
	 * A call has failed.
	 * @param id the caller's number for the call
	 * @param error why
	 */
	void refused(long id, RivetException error);

	/**
	 * An event has come.
	 * @param event the event
	 */
	void received(EventMessage event);

	/**
	 * A subscription has begun: what the event brings comes from now on.
	 * @param event the name of the event
	 */
	default void subscribed(String event) {
	}

	/**
	 * A subscription was refused. Subscriptions to one event are answered in the order in
	 * which they were asked for.
	 * @param event the name of the event
	 * @param error why
	 */
	default void refused(String event, RivetException error) {
		failed(error);
	}

	/**
	 * Something other than a call has failed: the connection was not accepted and is
	 * {@link #closed} next, or a subscription was refused.
	 * @param error why
	 */
	void failed(RivetException error);

	/**
	 * The connection was closed from the other side. Nothing comes afterwards.
	 * @param reason why
	 */
	void closed(CloseReason reason);

	/**
	 * Nothing more is known to come soon: what was gathered may be sent on.
	 */
	default void flush() {
	}

}
