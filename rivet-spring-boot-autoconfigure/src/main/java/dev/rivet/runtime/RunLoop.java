package dev.rivet.runtime;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import dev.rivet.actor.AbortedException;
import dev.rivet.store.StoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The run of an actor's {@code @Run} method while the actor is awake.
 */
final class RunLoop extends TurnQueue.Entry {

	private static final Log logger = LogFactory.getLog(RunLoop.class);

	/**
	 * How long a method pauses that goes on after a failed commit.
	 */
	static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

	private static final long RESTART_PAUSE = TimeUnit.SECONDS.toNanos(1);

	private final Activation activation;

	private final ActorMethod method;

	private volatile @Nullable Turn turn;

	private volatile boolean ended;

	private boolean stopping;

	private int waitsForMessage;

	private boolean received;

	private long declined;

	RunLoop(Activation activation, ActorMethod method) {
		this.activation = activation;
		this.method = method;
	}

	boolean hasEnded() {
		return this.ended;
	}

	/**
	 * Returns whether the actor may sleep as far as this is concerned.
	 */
	boolean isIdle() {
		return this.ended || this.waitsForMessage > 0;
	}

	boolean runs(Turn turn) {
		return turn == this.turn;
	}

	/**
	 * Notes that a turn has received a message.
	 */
	void received(Turn turn) {
		this.received |= runs(turn);
	}

	/**
	 * Notes that a turn has looked at the queue and wants nothing of what is there.
	 * @param newest the id of the newest message there
	 */
	void declined(Turn turn, long newest) {
		if (runs(turn)) {
			this.declined = newest;
		}
	}

	/**
	 * Returns whether the method may want a message, so that the actor has to wake for
	 * it: it has not had the chance yet to receive it.
	 * @param id the id of the message
	 */
	boolean mayWant(long id) {
		return id > this.declined && (this.received || this.stopping || !this.ended);
	}

	/**
	 * Notes that a turn begins or ends to wait for a message.
	 */
	void waitsForMessage(Turn turn, boolean waits) {
		if (runs(turn)) {
			this.waitsForMessage += waits ? 1 : -1;
		}
	}

	@Override
	public void run() {
		if (this.stopping || this.activation.ready() != null) {
			this.ended = true;
			this.activation.turnEnded();
			return;
		}
		Turn turn = new Turn(this.activation, this.method, false);
		this.turn = turn;
		try {
			turn.beginSegment();
			this.activation.ownCalls().run(turn, this.method);
			turn.end(null);
			ended(this.activation.abortSignal().aborted() ? RunLoopEnd.STOPPED : RunLoopEnd.RETURNED);
		}
		catch (Throwable ex) {
			failed(turn, ex);
		}
		this.activation.turnEnded();
	}

	private void failed(Turn turn, Throwable failure) {
		try {
			turn.discard();
		}
		catch (RuntimeException ex) {
			logger.error("Actor %s cannot be restored and is stopped".formatted(this.activation.id()), ex);
			this.activation.abandon();
		}
		Throwable cause = Errors.unwrap(failure);
		boolean lost = cause instanceof StoreException || cause instanceof CommitFailedException;
		if (!this.activation.isClosed() && !this.stopping && (lost || Errors.isOverloaded(cause))) {
			logger.warn("The %s of actor %s starts again: %s".formatted(this.method, this.activation.id(),
					cause.getMessage()));
			this.turn = null;
			this.activation.submitLater(this, RESTART_PAUSE);
			return;
		}
		if ((cause instanceof AbortedException && this.activation.abortSignal().aborted())
				|| (lost && this.activation.isClosed())) {
			ended(RunLoopEnd.STOPPED);
			return;
		}
		ended(RunLoopEnd.FAILED);
		logger.error("The %s of actor %s failed and does not run until the actor wakes again".formatted(this.method,
				this.activation.id()), cause);
	}

	private void ended(RunLoopEnd end) {
		this.ended = true;
		this.activation.statistics().runLoopEnded(end);
	}

	/**
	 * Lets the method end.
	 * @param timeout how long it may take
	 */
	void stop(Duration timeout) {
		if (this.stopping) {
			return;
		}
		this.stopping = true;
		Turn running = this.turn;
		if (running == null) {
			// it was to start again later
			this.ended = true;
			this.activation.wake();
			return;
		}
		running.code().abort(new AbortedException("The actor stops"));
		this.activation.after(timeout, () -> {
			if (!this.ended) {
				logger.warn("The %s of actor %s did not end within %s and is interrupted".formatted(this.method,
						this.activation.id(), timeout));
				running.code().interrupt(new AbortedException("The actor stops"));
			}
		});
	}

}
