package dev.rivet.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.rivet.actor.ActorContext;
import dev.rivet.actor.ActorKey;
import dev.rivet.client.RivetClient;
import dev.rivet.store.ActorRecord;
import dev.rivet.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.Assert;

/**
 * The {@link ActorContext} of one activation.
 */
final class TurnContext implements ActorContext {

	private static final String LOGGER_PREFIX = "rivet.actor.";

	private final ActorRuntime runtime;

	private final Activation activation;

	private final ActorRecord record;

	TurnContext(ActorRuntime runtime, Activation activation, ActorRecord record) {
		this.runtime = runtime;
		this.activation = activation;
		this.record = record;
	}

	@Override
	public String actorId() {
		return this.record.id();
	}

	@Override
	public String name() {
		return this.record.name();
	}

	@Override
	public ActorKey key() {
		return this.record.key();
	}

	@Override
	public String region() {
		return this.runtime.region();
	}

	@Override
	public RivetClient client() {
		return this.runtime.client();
	}

	@Override
	public Logger log() {
		return LoggerFactory.getLogger(LOGGER_PREFIX + name());
	}

	@Override
	public void saveState() {
		Turn turn = turn();
		CompletableFuture<@Nullable Void> saved = new CompletableFuture<>();
		turn.emit(new Emission() {

			@Override
			void leave() {
				saved.complete(null);
			}

			@Override
			void fail(StoreException cause, boolean guilty, long durable) {
				saved.completeExceptionally(new CommitFailedException(cause));
			}

		});
		turn.await(saved);
	}

	@Override
	public <T> T await(CompletionStage<T> stage) {
		return turn().await(stage);
	}

	@Override
	public void run(Runnable code) {
		if (!this.activation.submit(new RunnableTurn(this.activation, code))) {
			throw Errors.restarting();
		}
	}

	@Override
	public void destroy() {
		turn().destroy();
	}

	private Turn turn() {
		Turn turn = Turn.current();
		Assert.state(turn != null && turn.activation() == this.activation,
				"This may only be called in a turn of the actor, by the thread that runs it. "
						+ "Use ActorContext.run(Runnable) from other threads");
		return turn;
	}

}
