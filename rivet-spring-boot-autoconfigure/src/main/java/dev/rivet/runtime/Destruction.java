package dev.rivet.runtime;

import java.util.concurrent.CompletableFuture;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;

/**
 * Ends an actor's life from outside.
 */
final class Destruction extends TurnQueue.Entry {

	private final ActorDirectory directory;

	private final Activation activation;

	private final boolean farewell;

	private final CompletableFuture<@Nullable Void> destroyed;

	private Destruction(ActorDirectory directory, Activation activation, boolean farewell,
			CompletableFuture<@Nullable Void> destroyed) {
		this.directory = directory;
		this.activation = activation;
		this.farewell = farewell;
		this.destroyed = destroyed;
	}

	/**
	 * Destroys an actor.
	 * @param directory where it is found
	 * @param actorId its id
	 * @param farewell whether it is started first if it has something to do at its end
	 * @param destroyed completes when that is durable
	 */
	static void submit(ActorDirectory directory, String actorId, boolean farewell,
			CompletableFuture<@Nullable Void> destroyed) {
		directory.withActivation(new ActorAddress.ById(null, actorId), destroyed,
				(activation) -> new Destruction(directory, activation, farewell, destroyed));
	}

	@Override
	public void run() {
		RivetException unusable = this.activation.readyToEnd();
		if (unusable != null) {
			this.destroyed.completeExceptionally(unusable);
			return;
		}
		if (this.farewell && this.activation.hasFarewell() && this.activation.ready() != null) {
			submit(this.directory, this.activation.id(), false, this.destroyed);
			return;
		}
		this.activation.destroy(this.destroyed);
	}

}
