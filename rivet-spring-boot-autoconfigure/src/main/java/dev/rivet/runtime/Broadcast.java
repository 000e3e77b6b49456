package dev.rivet.runtime;

import java.util.List;
import java.util.Set;

import dev.rivet.actor.Connection;
import dev.rivet.client.EventMessage;

/**
 * An event for all who had subscribed to it when it was sent.
 */
final class Broadcast extends Emission {

	private final EventMessage message;

	private final List<LiveConnection> subscribers;

	private final Set<Connection> excluded;

	Broadcast(EventMessage message, List<LiveConnection> subscribers, Set<Connection> excluded) {
		this.message = message;
		this.subscribers = subscribers;
		this.excluded = excluded;
	}

	@Override
	boolean mayPrecedeStart() {
		return false;
	}

	@Override
	void leave() {
		for (LiveConnection subscriber : this.subscribers) {
			if (!this.excluded.contains(subscriber)) {
				subscriber.deliver((to) -> to.received(this.message));
			}
		}
	}

	@Override
	void fail(Loss loss) {
		// what did not happen is not told
	}

}
