package dev.rivet.runtime;

import java.util.List;
import java.util.Set;

import dev.rivet.actor.Connection;
import dev.rivet.client.CloseReason;
import dev.rivet.client.EventMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * An event for all who had subscribed to it when it was sent.
 */
final class Broadcast extends Emission {

	private static final Log logger = LogFactory.getLog(Broadcast.class);

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
				send(subscriber);
			}
		}
	}

	private void send(LiveConnection subscriber) {
		try {
			subscriber.deliver((to) -> to.received(this.message));
		}
		catch (RuntimeException ex) {
			logger.error("Event '%s' cannot be sent to a connection, which closes".formatted(this.message.name()), ex);
			subscriber.end(CloseReason.of(Errors.internal()));
		}
	}

	@Override
	void fail(Loss loss) {
		// what did not happen is not told
	}

}
