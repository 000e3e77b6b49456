package dev.rivet.runtime;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import dev.rivet.client.RivetException;
import dev.rivet.store.StoreException;
import dev.rivet.store.StoreException.Reason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * One call of an action: queued, run as a turn, and answered when what it changed is
 * durable.
 */
final class Call extends TurnQueue.Entry {

	private static final Log logger = LogFactory.getLog(Call.class);

	private final ActorRuntime runtime;

	private final Activation activation;

	private final @Nullable String name;

	private final String action;

	private final ArrayNode args;

	private final @Nullable JsonNode parameters;

	private final @Nullable Object caller;

	private final CompletableFuture<JsonNode> reply;

	private volatile @Nullable Turn turn;

	private volatile @Nullable Future<?> timer;

	private final long acceptedAt = System.nanoTime();

	private Duration timeout = Duration.ZERO;

	Call(ActorRuntime runtime, Activation activation, @Nullable String name, String action, ArrayNode args,
			@Nullable JsonNode parameters, @Nullable Object caller, CompletableFuture<JsonNode> reply) {
		this.runtime = runtime;
		this.activation = activation;
		this.name = name;
		this.action = action;
		this.args = args;
		this.parameters = parameters;
		this.caller = caller;
		this.reply = reply;
	}

	/**
	 * Lets the caller wait no longer than a timeout from its call.
	 * @param timeout the timeout
	 */
	void limit(Duration timeout) {
		if (timeout.equals(this.timeout)) {
			return;
		}
		this.timeout = timeout;
		Future<?> before = this.timer;
		if (before != null) {
			before.cancel(false);
		}
		this.timer = this.runtime.schedule(this::timeOut, this.acceptedAt + timeout.toNanos() - System.nanoTime());
	}

	private void timeOut() {
		if (!this.reply.completeExceptionally(Errors.timedOut())) {
			return;
		}
		Turn running = this.turn;
		if (running != null) {
			logger.warn("Action '%s' of actor %s timed out and is interrupted".formatted(this.action,
					this.activation.id()));
			running.interrupt(Errors.timedOut());
		}
	}

	@Override
	public void run() {
		if (this.reply.isDone()) {
			return;
		}
		RivetException unusable = this.activation.ready();
		if (unusable == null && this.name != null && !this.name.equals(this.activation.record().name())) {
			unusable = Errors.actorNotFound();
		}
		if (unusable != null) {
			answer(null, unusable);
			return;
		}
		limit(this.activation.type().actionTimeout());
		ActorMethod method = this.activation.type().actions().get(this.action);
		Turn turn = new Turn(this.activation, method, false);
		this.turn = turn;
		boolean destroyed = false;
		try {
			if (method != null) {
				destroyed = run(turn, method);
			}
			else {
				turn.refuse(new Reply(turn, Errors.actionNotFound(this.action)));
			}
		}
		catch (Throwable ex) {
			fail(turn, ex);
		}
		finally {
			this.turn = null;
		}
		this.activation.turnEnded(destroyed);
	}

	private void fail(Turn turn, Throwable failure) {
		try {
			turn.discard();
			refuse(turn, failure);
		}
		catch (RuntimeException ex) {
			logger.error("Actor %s cannot be restored and is stopped".formatted(this.activation.id()), ex);
			answer(null, Errors.internal());
			this.activation.abandon();
		}
	}

	private boolean run(Turn turn, ActorMethod method) throws Throwable {
		CallConnection connection = new CallConnection(this.runtime.wire(), this.parameters);
		Object[] values = method.bind(this.args, this.activation.context(), connection);
		String transactionName = method.transactionName();
		if (transactionName != null) {
			turn.beginSegment();
			turn.useTransaction(transactionName);
		}
		Object result = turn.call(() -> {
			Object before = this.runtime.callerContext().capture();
			this.runtime.callerContext().set(this.caller);
			try {
				return method.invoke(this.activation.bean(), values);
			}
			finally {
				this.runtime.callerContext().set(before);
			}
		});
		if (this.reply.isDone()) {
			turn.discard();
			return false;
		}
		if (result instanceof CompletionStage<?> stage) {
			CompletableFuture<?> future = stage.toCompletableFuture();
			if (!future.isDone()) {
				if (turn.isRolledBack()) {
					turn.discard();
				}
				suspend(turn, future);
				return false;
			}
			result = future.join();
		}
		if (turn.isRolledBack()) {
			JsonNode output = this.runtime.wire().valueToTree(result);
			turn.discard();
			turn.refuse(new Reply(turn, output));
			return false;
		}
		finish(turn, result);
		return turn.isDestroying();
	}

	private void suspend(Turn turn, CompletableFuture<?> result) {
		turn.pause();
		this.activation.turns().suspend();
		result.whenComplete((value, failure) -> this.activation.turns().resume(new Completion(turn, value, failure)));
	}

	private void finish(Turn turn, @Nullable Object result) {
		JsonNode output = this.runtime.wire().valueToTree(result);
		turn.end(new Reply(turn, output));
	}

	private void refuse(Turn turn, Throwable failure) {
		if (failure instanceof StoreException || failure instanceof CommitFailedException) {
			answer(null, (turn.firstChange() <= this.activation.journal().durable()) ? Errors.internal()
					: Errors.restarting());
			return;
		}
		RivetException error = this.runtime.translate(failure);
		Throwable cause = Errors.unwrap(failure);
		if (Errors.isInternal(error) || cause instanceof UnserialisableStateException) {
			logger.error("Action '%s' of actor %s failed".formatted(this.action, this.activation.id()), cause);
		}
		turn.refuse(new Reply(turn, error));
	}

	private void answer(@Nullable JsonNode output, @Nullable RivetException error) {
		Future<?> timer = this.timer;
		if (timer != null) {
			timer.cancel(false);
		}
		if (error != null) {
			this.reply.completeExceptionally(error);
		}
		else {
			this.reply.complete(output);
		}
	}

	/**
	 * The answer to this call.
	 */
	private final class Reply extends Emission {

		private final Turn turn;

		private final @Nullable JsonNode output;

		private final @Nullable RivetException error;

		Reply(Turn turn, JsonNode output) {
			this.turn = turn;
			this.output = output;
			this.error = null;
		}

		Reply(Turn turn, RivetException error) {
			this.turn = turn;
			this.output = null;
			this.error = error;
		}

		@Override
		void leave() {
			answer(this.output, this.error);
		}

		@Override
		void fail(StoreException cause, boolean guilty, long durable) {
			boolean partlyDurable = this.turn.firstChange() <= durable;
			boolean changed = this.turn.firstChange() != Long.MAX_VALUE;
			boolean mayBeDurable = cause.reason() == Reason.OUTCOME_UNKNOWN || cause.reason() == Reason.REJECTED;
			answer(null,
					(partlyDurable || (guilty && changed && mayBeDurable)) ? Errors.internal() : Errors.restarting());
		}

	}

	/**
	 * The last segment of a call whose action returned before its result was there.
	 */
	private final class Completion extends TurnQueue.Entry {

		private final Turn turn;

		private final @Nullable Object value;

		private final @Nullable Throwable failure;

		Completion(Turn turn, @Nullable Object value, @Nullable Throwable failure) {
			this.turn = turn;
			this.value = value;
			this.failure = failure;
		}

		@Override
		public void run() {
			RivetException unusable = Call.this.activation.ready();
			if (unusable != null) {
				answer(null, unusable);
				return;
			}
			try {
				this.turn.beginSegment();
				if (this.failure != null) {
					throw this.failure;
				}
				finish(this.turn, this.value);
			}
			catch (Throwable ex) {
				fail(this.turn, ex);
			}
			Call.this.activation.turnEnded(this.turn.isDestroying());
		}

	}

}
