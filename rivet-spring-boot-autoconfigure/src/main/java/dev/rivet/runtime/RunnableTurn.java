package dev.rivet.runtime;

import java.util.function.BiConsumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A turn that is no call of an action.
 */
final class RunnableTurn extends TurnQueue.Entry {

	private static final Log logger = LogFactory.getLog(RunnableTurn.class);

	private final Activation activation;

	private final Code code;

	private final BiConsumer<@Nullable Turn, Throwable> onFailure;

	/**
	 * Creates a turn.
	 * @param activation the actor
	 * @param code what runs
	 * @param onFailure gets what the code threw when that was discarded, with the turn,
	 * or why the actor cannot be used, without one
	 */
	RunnableTurn(Activation activation, Code code, BiConsumer<@Nullable Turn, Throwable> onFailure) {
		this.activation = activation;
		this.code = code;
		this.onFailure = onFailure;
	}

	@Override
	public void run() {
		Throwable unusable = this.activation.ready();
		if (unusable != null) {
			this.onFailure.accept(null, unusable);
			return;
		}
		Turn turn = new Turn(this.activation, null, false);
		try {
			turn.beginSegment();
			turn.end(this.code.run(turn));
		}
		catch (Throwable ex) {
			fail(turn, ex);
		}
		this.activation.turnEnded();
	}

	private void fail(Turn turn, Throwable failure) {
		try {
			turn.discard();
			this.onFailure.accept(turn, failure);
		}
		catch (RuntimeException ex) {
			logger.error("Actor %s cannot be restored and is stopped".formatted(this.activation.id()), ex);
			this.activation.abandon();
		}
	}

	/**
	 * What runs in a turn.
	 */
	@FunctionalInterface
	interface Code {

		/**
		 * Runs.
		 * @param turn the turn
		 * @return what is sent at the end of the turn, if anything
		 * @throws Throwable if the turn is to be discarded
		 */
		@Nullable Emission run(Turn turn) throws Throwable;

	}

}
