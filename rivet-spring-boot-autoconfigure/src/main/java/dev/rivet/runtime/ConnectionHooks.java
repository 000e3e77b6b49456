package dev.rivet.runtime;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What an actor type does when clients connect and subscribe.
 *
 * @param onBeforeConnect decides whether a client may connect
 * @param state makes the state of a connection
 * @param onConnect runs when a client has connected
 * @param onDisconnect runs when a connection has ended
 * @param canSubscribe decides on subscriptions, by the name of the event; the empty name
 * stands for all others
 * @param canHibernate decides which raw WebSockets stay open while the actor sleeps
 */
record ConnectionHooks(@Nullable ActorMethod onBeforeConnect, @Nullable ActorMethod state,
		@Nullable ActorMethod onConnect, @Nullable ActorMethod onDisconnect, Map<String, ActorMethod> canSubscribe,
		@Nullable ActorMethod canHibernate) {

	/**
	 * Returns whether anything runs when a client connects or leaves.
	 */
	boolean hasAny() {
		return this.onBeforeConnect != null || this.state != null || this.onConnect != null
				|| this.onDisconnect != null;
	}

	@Nullable ActorMethod canSubscribe(String event) {
		ActorMethod rule = this.canSubscribe.get(event);
		return (rule != null) ? rule : this.canSubscribe.get("");
	}

}
