package dev.rivet.protocol;

import tools.jackson.databind.node.ArrayNode;

/**
 * A message that a client sends over its connection.
 *
 * @since 0.1.0
 */
public sealed interface ToServer {

	/**
	 * Return the generation of the client that sent the message.
	 * @return the generation
	 */
	Peer peer();

	/**
	 * A call of an action.
	 *
	 * @param id the client's number for this call
	 * @param name the action's name
	 * @param args the action's arguments
	 * @param peer the generation of the client
	 */
	record ActionRequest(long id, String name, ArrayNode args, Peer peer) implements ToServer {
	}

	/**
	 * The begin or end of a subscription.
	 *
	 * @param eventName the event's name
	 * @param subscribe whether the client wants the event from now on
	 * @param peer the generation of the client
	 */
	record SubscriptionRequest(String eventName, boolean subscribe, Peer peer) implements ToServer {
	}

}
