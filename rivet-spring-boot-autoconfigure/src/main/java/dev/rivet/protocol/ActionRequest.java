package dev.rivet.protocol;

import tools.jackson.databind.node.ArrayNode;

/**
 * The body of an HTTP request that calls an action.
 *
 * @param args the action's arguments
 * @param peer the generation of the client that sent them
 * @since 0.1.0
 */
public record ActionRequest(ArrayNode args, Peer peer) {
}
