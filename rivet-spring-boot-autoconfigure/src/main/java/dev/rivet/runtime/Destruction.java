package dev.rivet.runtime;

import java.util.concurrent.CompletableFuture;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.RivetException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Ends an actor's life from outside.
 */
final class Destruction extends TurnQueue.Entry {

	private static final Log logger = LogFactory.getLog(Destruction.class);

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
		RivetException unusable = this.activation.refusal();
		if (unusable != null) {
			this.destroyed.completeExceptionally(unusable);
			return;
		}
		if (this.farewell && this.activation.hasFarewell() && this.activation.ready() != null) {
			submit(this.directory, this.activation.id(), false, this.destroyed);
			return;
		}
		destroy();
	}

	/**
	 * Destroys the actor in a turn of its own. It need not be startable for it.
	 */
	private void destroy() {
		if (this.activation.live().isLoaded()) {
			Turn turn = new Turn(this.activation, null, false);
			try {
				turn.beginSegment();
				turn.destroy();
				turn.end(null);
			}
			catch (RuntimeException ex) {
				logger.warn("Actor %s is destroyed without what its last turn has sent".formatted(this.activation.id()),
						ex);
			}
		}
		this.activation.destroyed(this.activation.live().journal().generation(), this.activation.destruction(),
				this.destroyed);
	}

}
