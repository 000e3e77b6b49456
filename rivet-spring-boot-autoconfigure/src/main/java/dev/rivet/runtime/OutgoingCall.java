package dev.rivet.runtime;

import java.util.concurrent.CompletableFuture;

import dev.rivet.store.StoreException;

/**
 * A call that a turn makes of another actor.
 */
final class OutgoingCall extends Emission {

	private final Turn turn;

	private final CompletableFuture<?> reply;

	private final Runnable dispatch;

	OutgoingCall(Turn turn, CompletableFuture<?> reply, Runnable dispatch) {
		this.turn = turn;
		this.reply = reply;
		this.dispatch = dispatch;
	}

	@Override
	void leave() {
		this.turn.calledOthers();
		Turn.outside(this.dispatch);
	}

	@Override
	void fail(StoreException cause, boolean guilty, long durable) {
		this.reply.completeExceptionally(new CommitFailedException(cause));
	}

}
