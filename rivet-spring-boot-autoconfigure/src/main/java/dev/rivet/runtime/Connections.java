package dev.rivet.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The open connections of an actor and what they have subscribed to. All but
 * {@link #all()} belongs to the thread that has the turn.
 */
final class Connections {

	private final Map<String, LiveConnection> byId = new LinkedHashMap<>();

	private final Map<String, Subscribers> byEvent = new HashMap<>();

	private final UnsettledStates unsettled = new UnsettledStates();

	synchronized void add(LiveConnection connection) {
		this.byId.put(connection.id(), connection);
	}

	/**
	 * Removes a connection with its subscriptions.
	 * @param connection the connection
	 * @return whether it was there
	 */
	synchronized boolean remove(LiveConnection connection) {
		if (!this.byId.remove(connection.id(), connection)) {
			return false;
		}
		connection.subscriptions().forEach((event) -> unsubscribe(connection, event));
		return true;
	}

	/**
	 * Adds a connection with its subscriptions.
	 */
	synchronized void restore(LiveConnection connection) {
		add(connection);
		connection.subscriptions().forEach((event) -> subscribe(connection, event));
	}

	synchronized boolean contains(String id) {
		return this.byId.containsKey(id);
	}

	synchronized boolean contains(LiveConnection connection) {
		return this.byId.get(connection.id()) == connection;
	}

	synchronized List<LiveConnection> all() {
		return List.copyOf(this.byId.values());
	}

	UnsettledStates unsettled() {
		return this.unsettled;
	}

	void subscribe(LiveConnection connection, String event) {
		this.byEvent.computeIfAbsent(event, (missing) -> new Subscribers()).add(connection);
	}

	void unsubscribe(LiveConnection connection, String event) {
		Subscribers subscribers = this.byEvent.get(event);
		if (subscribers != null && subscribers.remove(connection)) {
			this.byEvent.remove(event);
		}
	}

	/**
	 * Returns those that have subscribed to an event, as they are now.
	 * @param event the name of the event
	 * @return the connections
	 */
	List<LiveConnection> subscribers(String event) {
		Subscribers subscribers = this.byEvent.get(event);
		return (subscribers != null) ? subscribers.snapshot() : List.of();
	}

	/**
	 * The subscribers of one event. The list of them is made once for all that is sent to
	 * it until it changes.
	 */
	private static final class Subscribers {

		private final Set<LiveConnection> connections = new LinkedHashSet<>();

		private @Nullable List<LiveConnection> snapshot;

		void add(LiveConnection connection) {
			this.connections.add(connection);
			this.snapshot = null;
		}

		boolean remove(LiveConnection connection) {
			this.connections.remove(connection);
			this.snapshot = null;
			return this.connections.isEmpty();
		}

		List<LiveConnection> snapshot() {
			List<LiveConnection> current = this.snapshot;
			if (current == null) {
				current = new ArrayList<>(this.connections);
				this.snapshot = current;
			}
			return current;
		}

	}

}
