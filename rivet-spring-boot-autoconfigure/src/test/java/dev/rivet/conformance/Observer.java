package dev.rivet.conformance;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Tells what it sees of its callers.
 */
@Actor("observer")
class Observer {

	private final SeenHeaders headers;

	Observer(SeenHeaders headers) {
		this.headers = headers;
	}

	@Action
	@Nullable Object parameters(Connection connection) {
		return connection.parameters(Object.class);
	}

	@Action
	String member(Connection connection) {
		return String.valueOf(connection.parameters(Member.class));
	}

	@Action
	String connectionId(Connection connection) {
		return connection.id();
	}

	@Action
	boolean sawHeader(String name, String value) {
		return this.headers.contain(name, value);
	}

	@Action
	Counter.Identity whoAmI(ActorContext context) {
		return Counter.Identity.of(context);
	}

	/**
	 * What a caller says of himself.
	 */
	record Member(String user, int age) {
	}

}
