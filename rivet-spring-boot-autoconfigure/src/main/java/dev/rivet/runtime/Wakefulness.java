package dev.rivet.runtime;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What keeps an actor awake, and when it falls asleep.
 */
final class Wakefulness {

	private static final Log logger = LogFactory.getLog(Wakefulness.class);

	private final Activation activation;

	private final AtomicInteger keptAwake = new AtomicInteger();

	private final Set<CompletableFuture<?>> background = ConcurrentHashMap.newKeySet(0);

	private volatile long lastTurn = System.nanoTime();

	private volatile boolean preventSleep;

	private volatile @Nullable Future<?> idleCheck;

	private volatile @Nullable CompletableFuture<@Nullable Void> asked;

	private volatile boolean waitsForBackground;

	private volatile boolean backgroundTimedOut;

	Wakefulness(Activation activation) {
		this.activation = activation;
	}

	void setPreventSleep(boolean prevent) {
		this.preventSleep = prevent;
	}

	<T extends @Nullable Object> CompletionStage<T> keepAwake(CompletionStage<T> stage) {
		this.keptAwake.incrementAndGet();
		return stage.whenComplete((result, failure) -> {
			this.lastTurn = System.nanoTime();
			this.keptAwake.decrementAndGet();
		});
	}

	void waitUntil(CompletionStage<?> work) {
		CompletableFuture<?> future = work.toCompletableFuture();
		this.background.add(future);
		future.whenComplete((result, failure) -> {
			this.background.remove(future);
			if (failure != null) {
				logger.error("Background work of actor %s failed".formatted(this.activation.id()), failure);
			}
			if (this.waitsForBackground && this.background.isEmpty()) {
				this.activation.wake();
			}
		});
	}

	/**
	 * Asks the actor to sleep as soon as nothing runs or waits.
	 * @return completes when it does and that is durable, or when the activation has
	 * ended otherwise
	 */
	synchronized CompletableFuture<@Nullable Void> ask() {
		CompletableFuture<@Nullable Void> asked = this.asked;
		if (asked == null) {
			asked = new CompletableFuture<>();
			this.asked = asked;
		}
		return asked;
	}

	/**
	 * Lets the actor sleep once it has been idle for its timeout.
	 */
	void watch(ActorOptions options) {
		checkLater(options, TimeUnit.NANOSECONDS.convert(options.sleepTimeout()));
	}

	private void checkLater(ActorOptions options, long nanos) {
		if (!options.noSleep() && !this.activation.isClosed()) {
			this.idleCheck = this.activation.after(Duration.ofNanos(nanos), () -> check(options));
		}
	}

	private void check(ActorOptions options) {
		long timeout = TimeUnit.NANOSECONDS.convert(options.sleepTimeout());
		long left = timeout - (System.nanoTime() - this.lastTurn);
		if (left > 0) {
			checkLater(options, left);
			return;
		}
		if (isIdle()) {
			this.activation.submit(new TurnQueue.Entry() {

				@Override
				public void run() {
					if (!Wakefulness.this.activation.isClosed() && isIdle()) {
						Wakefulness.this.activation.askSleep();
					}
				}

			});
		}
		checkLater(options, timeout);
	}

	private boolean isIdle() {
		RunLoop run = this.activation.runLoop();
		return !this.preventSleep && this.keptAwake.get() == 0 && (run == null || run.isIdle()) && isLastButSenders(run)
				&& this.activation.openConnections().stream().allMatch(LiveConnection::isHibernatable);
	}

	/**
	 * Returns whether nothing else runs or is to run than a run loop and senders that
	 * wait.
	 */
	private boolean isLastButSenders(@Nullable RunLoop run) {
		return this.activation.turns().isLastBut((isRunning(run) ? 1 : 0) + this.activation.agenda().waitingSenders());
	}

	private static boolean isRunning(@Nullable RunLoop run) {
		return run != null && !run.hasEnded();
	}

	/**
	 * Lets the actor fall asleep if that was asked and nothing else is to be done.
	 */
	void turnEnded() {
		this.lastTurn = System.nanoTime();
		CompletableFuture<@Nullable Void> asked = this.asked;
		if (asked == null) {
			return;
		}
		RunLoop run = this.activation.runLoop();
		boolean running = isRunning(run);
		if (!isLastButSenders(run)) {
			return;
		}
		this.activation.agenda().endWaits();
		if (!this.activation.turns().isLastBut(running ? 1 : 0)) {
			return;
		}
		this.activation.abort();
		if (run != null && running) {
			run.stop(this.activation.type().options().runStopTimeout());
		}
		else if (!waitsForBackground() && this.activation.turns().closeIfLast()) {
			this.activation.sleep(asked);
		}
	}

	/**
	 * Has the actor looked at once more if its run loop waits and sleep was asked: the
	 * loop may have gone on when it was looked at before, and has no end of its own.
	 */
	void waits(Turn turn) {
		if (this.asked == null) {
			return;
		}
		RunLoop run = this.activation.runLoop();
		if (run != null && run.runs(turn)) {
			this.activation.wake();
		}
	}

	/**
	 * Lets background work end before the actor sleeps.
	 */
	private boolean waitsForBackground() {
		if (this.background.isEmpty() || this.backgroundTimedOut) {
			return false;
		}
		if (!this.waitsForBackground) {
			this.waitsForBackground = true;
			this.activation.after(this.activation.type().options().waitUntilTimeout(), () -> {
				this.backgroundTimedOut = true;
				this.activation.wake();
			});
		}
		return !this.background.isEmpty();
	}

	/**
	 * Notes that the activation takes nothing on any more.
	 */
	void close() {
		Future<?> idleCheck = this.idleCheck;
		if (idleCheck != null) {
			idleCheck.cancel(false);
		}
	}

	/**
	 * Tells those who have asked that the activation has ended.
	 */
	void ended() {
		CompletableFuture<@Nullable Void> asked = this.asked;
		if (asked != null) {
			asked.complete(null);
		}
	}

}
