package dev.rivet.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.rivet.client.ActorConnection;
import dev.rivet.client.ActorEvent;
import dev.rivet.client.ConnectionStatus;
import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;

/**
 * The events that a client of an actor has heard, in order.
 */
public final class RecordedEvents implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final ActorConnection connection;

	private final List<ActorEvent> heard = new CopyOnWriteArrayList<>();

	private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();

	private final List<RivetException> errors = new CopyOnWriteArrayList<>();

	private int taken;

	RecordedEvents(ActorConnection connection) {
		this.connection = connection;
		connection.onError((error) -> {
			this.errors.add(error);
			if (connection.status() == ConnectionStatus.IDLE) {
				this.opened.completeExceptionally(error);
			}
		});
		connection.onStatus(this::changed);
		changed(connection.status());
	}

	private void changed(ConnectionStatus status) {
		if (status == ConnectionStatus.CONNECTED) {
			this.opened.complete(null);
		}
	}

	/**
	 * Completes when the connection is open; fails if the actor refuses it.
	 */
	CompletableFuture<@Nullable Void> opened() {
		return this.opened;
	}

	/**
	 * Returns why the connection was refused or lost so far.
	 */
	List<RivetException> errors() {
		return this.errors;
	}

	void listen(String... events) {
		for (String event : events) {
			this.connection.on(event, this::add);
		}
	}

	private synchronized void add(ActorEvent event) {
		this.heard.add(event);
		notifyAll();
	}

	/**
	 * Returns the connection that hears the events, to call actions on it.
	 * @return the connection
	 */
	public ActorConnection connection() {
		return this.connection;
	}

	/**
	 * Returns what was heard so far. Events are heard a moment after they have left:
	 * {@link #next()} waits for them.
	 * @return the events, the first one first
	 */
	public List<ActorEvent> all() {
		return List.copyOf(this.heard);
	}

	/**
	 * Waits for the next event, at most 10 seconds.
	 * @return the first event that this method has not returned yet
	 * @throws AssertionError if none comes
	 */
	public synchronized ActorEvent next() {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		try {
			while (this.heard.size() <= this.taken) {
				long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
				if (left <= 0) {
					throw new AssertionError("No further event within " + PATIENCE.toSeconds() + " seconds; heard "
							+ this.heard.stream().map(ActorEvent::name).toList() + ", errors " + this.errors);
				}
				wait(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted while waiting for an event", ex);
		}
		return this.heard.get(this.taken++);
	}

	@Override
	public void close() {
		this.connection.close();
	}

}
