package dev.rivet.test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import dev.rivet.client.ActorHandle;
import dev.rivet.runtime.ActorRuntime;

/**
 * Lets actors sleep, wake, crash and do what is due, when a test wants it. All methods
 * return when that is done, and fail with an {@link AssertionError} if it is not within
 * 30 seconds.
 */
public final class TestActors {

	private static final long PATIENCE = 30;

	private final ActorRuntime runtime;

	private final TestClock clock;

	TestActors(ActorRuntime runtime, TestClock clock) {
		this.runtime = runtime;
		this.clock = clock;
	}

	/**
	 * Puts an actor to sleep: its hooks run and its object is gone. The next call,
	 * message or alarm wakes it.
	 * @param actor the actor
	 */
	public void sleep(ActorHandle actor) {
		done(this.runtime.administration().fallAsleep(actor.resolve()), "The actor does not fall asleep");
	}

	/**
	 * Puts an actor to sleep and wakes it again.
	 * @param actor the actor
	 */
	public void sleepAndWake(ActorHandle actor) {
		String id = actor.resolve();
		done(this.runtime.administration().fallAsleep(id), "The actor does not fall asleep");
		done(this.runtime.administration().wake(id), "The actor does not wake");
	}

	/**
	 * Lets an actor crash: its object is dropped without any hook, and so is what was not
	 * durable. Its connections are closed.
	 * @param actor the actor
	 */
	public void crash(ActorHandle actor) {
		this.runtime.administration().crash(actor.resolve());
	}

	/**
	 * Returns whether an actor is awake.
	 * @param actor the actor
	 * @return whether it is
	 */
	public boolean isAwake(ActorHandle actor) {
		return this.runtime.administration().isAwake(actor.resolve());
	}

	/**
	 * Lets actors do what is due by now.
	 */
	public void runDue() {
		done(this.runtime.administration().runDue(), "What is due is not done");
	}

	/**
	 * Moves the {@link TestClock} forward and lets actors do what is due then.
	 * @param duration how far
	 */
	public void advance(Duration duration) {
		this.clock.advance(duration);
		runDue();
	}

	/**
	 * Connects to an actor and records its events.
	 * @param actor the actor
	 * @param events the names of the events
	 * @return what is heard once this method has returned
	 * @throws AssertionError if the actor refuses the connection
	 */
	public RecordedEvents record(ActorHandle actor, String... events) {
		RecordedEvents recorded = new RecordedEvents(actor.connect());
		try {
			done(recorded.opened(), "The connection does not open");
			recorded.listen(events);
			// a turn behind those that subscribe
			done(this.runtime.administration().wake(actor.resolve()), "The actor does not answer");
			return recorded;
		}
		catch (AssertionError ex) {
			recorded.errors().forEach(ex::addSuppressed);
			recorded.close();
			throw ex;
		}
	}

	private static void done(CompletableFuture<?> future, String otherwise) {
		try {
			future.orTimeout(PATIENCE, TimeUnit.SECONDS).join();
		}
		catch (CompletionException ex) {
			throw new AssertionError(otherwise, ex.getCause());
		}
	}

}
