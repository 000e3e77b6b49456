package dev.rivet.runtime;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections that stay open while their actors sleep, by the ids of these.
 */
final class HibernatingConnections {

	private final Map<String, List<LiveConnection>> byActor = new ConcurrentHashMap<>();

	/**
	 * Keeps connections while their actor sleeps.
	 */
	void keep(String actorId, List<LiveConnection> connections) {
		if (!connections.isEmpty()) {
			this.byActor.put(actorId, connections);
			// one may have been closed just before
			connections.stream().filter(LiveConnection::isGone).forEach((connection) -> forget(actorId, connection));
		}
	}

	boolean has(String actorId) {
		return this.byActor.containsKey(actorId);
	}

	/**
	 * Forgets a connection that was closed while its actor slept.
	 */
	void forget(String actorId, LiveConnection connection) {
		this.byActor.computeIfPresent(actorId, (id, connections) -> {
			List<LiveConnection> left = connections.stream().filter((other) -> other != connection).toList();
			return left.isEmpty() ? null : left;
		});
	}

	/**
	 * Gives back the connections to an actor that slept.
	 */
	List<LiveConnection> take(String actorId) {
		List<LiveConnection> connections = this.byActor.remove(actorId);
		return (connections != null) ? connections : List.of();
	}

	/**
	 * Closes the connections to a sleeping actor.
	 */
	void close(String actorId) {
		take(actorId).forEach((connection) -> connection.giveUp(Activation.STOPPED));
	}

	/**
	 * Closes all connections, since the application stops.
	 */
	void closeAll() {
		List.copyOf(this.byActor.keySet()).forEach(this::close);
	}

}
