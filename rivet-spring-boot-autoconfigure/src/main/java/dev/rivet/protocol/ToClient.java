package dev.rivet.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * A message that a server sends over a client's connection.
 *
 * @since 0.1.0
 */
public sealed interface ToClient {

	/**
	 * The first message of a connection.
	 *
	 * @param actorId the actor the connection leads to
	 * @param connectionId the connection's id
	 */
	record Init(String actorId, String connectionId) implements ToClient {
	}

	/**
	 * The failure of an action, or of the connection as a whole.
	 *
	 * @param error what went wrong
	 * @param actionId the client's number for the call, or {@code null} when the
	 * connection failed
	 */
	record Error(WireError error, @Nullable Long actionId) implements ToClient {
	}

	/**
	 * The result of an action.
	 *
	 * @param id the client's number for the call
	 * @param output the action's result
	 */
	record ActionResponse(long id, JsonNode output) implements ToClient {
	}

	/**
	 * An event the client subscribed to or was sent directly.
	 *
	 * @param name the event's name
	 * @param args the event's arguments
	 */
	record Event(String name, ArrayNode args) implements ToClient {
	}

}
