package dev.rivet.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import dev.rivet.client.ActorTransport;
import org.jspecify.annotations.Nullable;

/**
 * A way to actors, here or elsewhere, that knows of the turns of those here: what a turn
 * asks leaves when everything that it could have seen is durable, and a turn that waits
 * for the answer is given up meanwhile.
 */
public abstract class TurnTransport implements ActorTransport {

	@Override
	public final void leave(CompletableFuture<?> reply, Runnable dispatch) {
		OutgoingCall.make(reply, dispatch);
	}

	/**
	 * Asks for something that may change actors, as {@link #leave} does.
	 * @param <T> the type of the answer
	 * @param request asks for it
	 * @return the answer
	 */
	protected final <T extends @Nullable Object> CompletableFuture<T> left(Supplier<CompletableFuture<T>> request) {
		CompletableFuture<T> answer = new CompletableFuture<>();
		leave(answer, () -> {
			try {
				request.get().whenComplete((value, failure) -> {
					if (failure != null) {
						answer.completeExceptionally(Errors.unwrap(failure));
					}
					else {
						answer.complete(value);
					}
				});
			}
			catch (RuntimeException ex) {
				answer.completeExceptionally(ex);
			}
		});
		return answer;
	}

	@Override
	public final <T extends @Nullable Object> T await(Supplier<CompletableFuture<T>> request) {
		Turn turn = Turn.current();
		return (turn != null) ? turn.await(request) : Waiting.await(request.get());
	}

}
