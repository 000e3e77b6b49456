package dev.rivet.client;

import tools.jackson.databind.node.ArrayNode;

/**
 * A connection to an actor as an {@link ActorTransport} provides it. What comes back
 * reaches its {@link ConnectionListener}. No method waits; all may be called from any
 * thread, and what one thread asks for is done in that order.
 */
public interface TransportConnection {

	/**
	 * Calls an action. Exactly one answer with the same number comes back, unless the
	 * connection closes before.
	 * @param id the caller's number for this call
	 * @param action the name of the action
	 * @param args the arguments
	 */
	void call(long id, String action, ArrayNode args);

	/**
	 * Begins or ends a subscription.
	 * @param event the name of the event
	 * @param subscribe whether the event is wanted from now on
	 */
	void subscribe(String event, boolean subscribe);

	/**
	 * Closes the connection from this side. The listener hears of nothing afterwards.
	 */
	void close();

}
