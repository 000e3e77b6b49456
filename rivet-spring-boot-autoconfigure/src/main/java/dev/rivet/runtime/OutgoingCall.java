package dev.rivet.runtime;

import java.util.concurrent.CompletableFuture;

/**
 * A call that a turn makes of another actor.
 */
final class OutgoingCall extends Emission {

	private final Turn turn;

	private final CompletableFuture<?> reply;

	private final Runnable dispatch;

	private OutgoingCall(Turn turn, CompletableFuture<?> reply, Runnable dispatch) {
		this.turn = turn;
		this.reply = reply;
		this.dispatch = dispatch;
	}

	/**
	 * Makes a call: at once, or if the calling thread runs a turn when everything that
	 * the turn could have seen is durable.
	 * @param reply fails if that does not come about
	 * @param dispatch makes it
	 */
	static void make(CompletableFuture<?> reply, Runnable dispatch) {
		Turn turn = Turn.current();
		if (turn != null) {
			turn.emit(new OutgoingCall(turn, reply, dispatch));
		}
		else {
			dispatch.run();
		}
	}

	@Override
	void leave() {
		this.turn.calledOthers();
		Turn.outside(this.dispatch);
	}

	@Override
	void fail(Loss loss) {
		this.reply.completeExceptionally(new CommitFailedException(loss.cause()));
	}

}
