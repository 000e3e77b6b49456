package dev.rivet.runtime;

import java.util.function.Consumer;

import dev.rivet.client.ConnectionListener;
import dev.rivet.store.StoreException;

/**
 * Something that the client of one connection hears.
 */
final class Delivery extends Emission {

	private final LiveConnection connection;

	private final Consumer<ConnectionListener> message;

	private final Consumer<StoreException> otherwise;

	Delivery(LiveConnection connection, Consumer<ConnectionListener> message) {
		this(connection, message, (cause) -> {
			// what did not happen is not told
		});
	}

	/**
	 * Creates a delivery.
	 * @param connection the connection
	 * @param message what its client hears
	 * @param otherwise gets why a change before it did not become durable
	 */
	Delivery(LiveConnection connection, Consumer<ConnectionListener> message, Consumer<StoreException> otherwise) {
		this.connection = connection;
		this.message = message;
		this.otherwise = otherwise;
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
		this.otherwise.accept(loss.cause());
	}

}
