package dev.rivet.runtime;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import dev.rivet.client.RivetException;
import dev.rivet.store.StoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One call of an actor: queued, run as a turn, and answered when what it changed is
 * durable.
 */
final class Call<T> extends TurnQueue.Entry {

	private static final Log logger = LogFactory.getLog(Call.class);

	private final ActorRuntime runtime;

	private final Activation activation;

	private final LiveConnection connection;

	private final Invocation<T> invocation;

	private final CompletableFuture<T> reply;

	private volatile @Nullable Turn turn;

	private volatile @Nullable Future<?> timer;

	private final long acceptedAt;

	private Duration timeout = Duration.ZERO;

	private boolean served;

	private boolean entered;

	Call(ActorRuntime runtime, Activation activation, LiveConnection connection, Invocation<T> invocation,
			CompletableFuture<T> reply, long acceptedAt) {
		this.runtime = runtime;
		this.activation = activation;
		this.connection = connection;
		this.invocation = invocation;
		this.reply = reply;
		this.acceptedAt = acceptedAt;
	}

	/**
	 * Notes that the caller's thread has nothing to do but wait for the answer, so that
	 * the thread that runs the call may commit what it changed.
	 */
	Call<T> served() {
		this.served = true;
		return this;
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
		this.timer = this.runtime.schedule(this::timeOut,
				this.acceptedAt + TimeUnit.NANOSECONDS.convert(timeout) - System.nanoTime());
	}

	private void timeOut() {
		if (!this.reply.completeExceptionally(Errors.timedOut())) {
			return;
		}
		this.connection.flush();
		Turn running = this.turn;
		if (running != null) {
			logger.warn("%s of actor %s timed out and is interrupted".formatted(this.invocation, this.activation.id()));
			running.code().interrupt(Errors.timedOut());
		}
	}

	@Override
	public void run() {
		if (this.reply.isDone()) {
			this.activation.turnEnded();
			return;
		}
		RivetException unusable = this.activation.ready();
		if (unusable == null) {
			unusable = misdirected();
		}
		if (unusable != null) {
			refuse(unusable);
			this.activation.turnEnded();
			return;
		}
		limit(this.invocation.limit(this.activation.type().options().actionTimeout()));
		ActorMethod method = this.invocation.method(this.activation.type());
		Turn turn = new Turn(this.activation, method, false);
		this.turn = turn;
		boolean done = true;
		try {
			if (method != null || !this.invocation.needsMethod()) {
				done = run(turn, method);
			}
			else {
				turn.beginSegment();
				turn.refuse(new Reply(turn, this.invocation.notFound()));
			}
		}
		catch (Throwable ex) {
			fail(turn, ex);
		}
		finally {
			this.turn = null;
		}
		if (done) {
			done();
		}
		else {
			this.activation.turnEnded();
		}
	}

	@Override
	boolean mayWait() {
		ActorType type = this.activation.typeIfKnown();
		ActorMethod method = (type != null) ? this.invocation.method(type) : null;
		return method == null || method.mayWait();
	}

	@Override
	void ended(boolean free) {
		commitHeld(free);
	}

	private void commitHeld(boolean free) {
		if (this.served && this.activation.isClaimed()) {
			this.activation.journal().commitHeld(free && this.runtime.servesOne());
		}
	}

	private @Nullable RivetException misdirected() {
		String name = this.connection.actorName();
		if (name != null && !name.equals(this.activation.record().name())) {
			return Errors.actorNotFound();
		}
		return (this.connection.isSingleCall() || this.connection.isOpen()) ? null : Errors.notConnected();
	}

	/**
	 * Ends the turn that has answered the call.
	 */
	private void done() {
		if (this.entered && !this.activation.isEnding()) {
			this.connection.leave(false);
		}
		this.activation.turnEnded();
	}

	private void fail(Turn turn, Throwable failure) {
		try {
			turn.discard();
			refuse(turn, failure);
		}
		catch (RuntimeException ex) {
			logger.error("Actor %s cannot be restored and is stopped".formatted(this.activation.id()), ex);
			answer(Errors.internal());
			this.activation.abandon();
		}
	}

	/**
	 * Runs the action.
	 * @return whether the call is answered, or will be when its changes are durable
	 */
	private boolean run(Turn turn, @Nullable ActorMethod method) throws Throwable {
		turn.beginSegment();
		if (this.connection.isSingleCall() && this.activation.type().hooks().hasAny()) {
			this.connection.enter(turn);
			this.entered = true;
			turn.pause();
			turn.resume();
		}
		String transactionName = (method != null) ? method.transactionName() : null;
		if (transactionName != null) {
			turn.useTransaction(transactionName);
		}
		Object result = turn.call(() -> this.runtime.as(this.connection.caller(),
				() -> this.invocation.invoke(method, this.activation, this.connection)));
		if (this.reply.isDone()) {
			turn.discard();
			return true;
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
			T output = this.invocation.answer(result);
			turn.discard();
			turn.refuse(new Reply(turn, output));
			return true;
		}
		finish(turn, result);
		return true;
	}

	/**
	 * Lets the call go on when its result is there, or end when its caller waits no
	 * longer.
	 */
	private void suspend(Turn turn, CompletableFuture<?> result) {
		turn.pause();
		this.activation.turns().suspend();
		AtomicBoolean resumed = new AtomicBoolean();
		result.whenComplete((value, failure) -> resume(resumed, new Completion(turn, value, failure)));
		this.reply.whenComplete((output, error) -> resume(resumed, new Completion(turn, null, error)));
	}

	private void resume(AtomicBoolean resumed, Completion completion) {
		if (resumed.compareAndSet(false, true)) {
			this.activation.turns().resume(completion);
		}
	}

	private void finish(Turn turn, @Nullable Object result) throws Throwable {
		Object response = result;
		if (this.activation.type().lifecycle().onBeforeActionResponse() != null) {
			response = turn.call(() -> this.runtime.as(this.connection.caller(),
					() -> this.invocation.beforeResponse(result, this.activation, this.connection)));
		}
		T output = this.invocation.answer(response);
		if (this.reply.isDone()) {
			turn.discard();
			return;
		}
		turn.end(new Reply(turn, output), this.served);
	}

	/**
	 * Answers a call that does not come to run; that the actor is destroyed when that is
	 * durable.
	 */
	private void refuse(RivetException unusable) {
		if (this.activation.refusal() != null && unusable.is("actor", "not_found")) {
			answerLost(Errors::restarting);
		}
		else {
			answer(unusable);
		}
	}

	private void refuse(Turn turn, Throwable failure) {
		if (failure instanceof StoreException || failure instanceof CommitFailedException
				|| this.activation.refusal() != null) {
			answerLost(turn::lossError);
			return;
		}
		RivetException error = this.runtime.errors().translate(failure);
		Throwable cause = Errors.unwrap(failure);
		if (Errors.isInternal(error) || cause instanceof UnserialisableStateException) {
			logger.error("%s of actor %s failed".formatted(this.invocation, this.activation.id()), cause);
		}
		turn.refuse(new Reply(turn, error));
	}

	/**
	 * Answers that the call was lost: with the actor, if that is destroyed and when that
	 * is durable.
	 * @param lost says what the answer is otherwise, and whether the call had an effect
	 */
	private void answerLost(Supplier<RivetException> lost) {
		if (this.activation.refusal() == null) {
			answer(lost.get());
			return;
		}
		this.activation.ended().thenRun(() -> {
			RivetException refusal = this.activation.refusal();
			// not before: what the call has changed may have become durable meanwhile
			RivetException otherwise = lost.get();
			if (refusal == null || !refusal.is("actor", "not_found")) {
				answer(otherwise);
			}
			else {
				answer(otherwise.is("actor", "restarting") ? refusal : Errors.aborted());
			}
		});
	}

	private void answer(RivetException error) {
		answer(null, error);
		this.connection.flush();
	}

	private void answer(@Nullable T output, @Nullable RivetException error) {
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

		private final @Nullable T output;

		private final @Nullable RivetException error;

		Reply(Turn turn, T output) {
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
		@Nullable LiveConnection through() {
			return Call.this.connection.isSingleCall() ? null : Call.this.connection;
		}

		@Override
		void fail(Loss loss) {
			answerLost(() -> this.turn.errorFor(loss.unrepeatable()));
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
			if (Call.this.activation.ready() != null) {
				answerLost(this.turn::lossError);
				return;
			}
			if (Call.this.reply.isDone()) {
				this.turn.discard();
				done();
				return;
			}
			try {
				this.turn.resume();
				if (this.failure != null) {
					throw this.failure;
				}
				finish(this.turn, this.value);
			}
			catch (Throwable ex) {
				fail(this.turn, ex);
			}
			done();
		}

		@Override
		void ended(boolean free) {
			commitHeld(free);
		}

	}

}
