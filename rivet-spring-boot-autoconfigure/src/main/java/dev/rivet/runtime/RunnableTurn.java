package dev.rivet.runtime;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * A turn that nobody waits for.
 */
final class RunnableTurn extends TurnQueue.Entry {

	private static final Log logger = LogFactory.getLog(RunnableTurn.class);

	private final Activation activation;

	private final Runnable code;

	RunnableTurn(Activation activation, Runnable code) {
		this.activation = activation;
		this.code = code;
	}

	@Override
	public void run() {
		if (this.activation.ready() != null) {
			logger.warn("A queued turn of actor %s was dropped, since it has stopped".formatted(this.activation.id()));
			return;
		}
		Turn turn = new Turn(this.activation, null, false);
		boolean destroyed = false;
		try {
			turn.call(() -> {
				this.code.run();
				return null;
			});
			turn.end(null);
			destroyed = turn.isDestroying();
		}
		catch (Throwable ex) {
			logger.error("A queued turn of actor %s failed".formatted(this.activation.id()), ex);
			turn.discard();
		}
		this.activation.turnEnded(destroyed);
	}

}
