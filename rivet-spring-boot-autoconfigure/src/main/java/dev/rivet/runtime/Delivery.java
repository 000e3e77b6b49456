package dev.rivet.runtime;

import java.util.function.Consumer;

import dev.rivet.client.ConnectionListener;

/**
 * Something that the client of one connection hears.
 */
class Delivery extends Emission {

	private final LiveConnection connection;

	private final Consumer<ConnectionListener> message;

	Delivery(LiveConnection connection, Consumer<ConnectionListener> message) {
		this.connection = connection;
		this.message = message;
	}

	@Override
	boolean mayPrecedeStart() {
		return false;
	}

	@Override
	void leave() {
		this.connection.deliver(this.message);
	}

	@Override
	void fail(Loss loss) {
		// what did not happen is not told
	}

}
