package dev.rivet.actor;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

import dev.rivet.client.RivetClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What an actor knows of itself and can ask for. Unless said otherwise its methods may
 * only be called by the thread that runs the actor's turn, and throw
 * {@link IllegalStateException} elsewhere.
 */
public interface ActorContext {

	/**
	 * Returns the actor's id. May be called from any thread.
	 */
	String actorId();

	/**
	 * Returns the actor's name. May be called from any thread.
	 */
	String name();

	/**
	 * Returns the actor's key. May be called from any thread.
	 */
	ActorKey key();

	/**
	 * Returns the region that the actor runs in. May be called from any thread.
	 */
	String region();

	/**
	 * Returns a client for calling other actors. A blocking call through it gives the
	 * turn up until the answer is there. May be called from any thread.
	 */
	RivetClient client();

	/**
	 * Returns a logger that is named after the actor's name. May be called from any
	 * thread.
	 */
	Logger log();

	/**
	 * Returns the open connections, in the order in which they were opened. Those of
	 * single calls are among them while the call runs, if the actor has connection hooks.
	 */
	List<Connection> connections();

	/**
	 * Sends an event to all connections that have subscribed to it. It leaves when
	 * everything that the turn could have seen is durable.
	 * @param event the name of the event
	 * @param args the arguments, which are copied now
	 * @throws dev.rivet.client.RivetException {@code event/invalid_payload} if the event
	 * is {@linkplain Event declared} with other arguments
	 */
	void broadcast(String event, @Nullable Object... args);

	/**
	 * Sends an event to all connections that have subscribed to it, but for some.
	 * @param excluded the connections that do not get it
	 * @param event the name of the event
	 * @param args the arguments, which are copied now
	 * @throws dev.rivet.client.RivetException {@code event/invalid_payload} if the event
	 * is {@linkplain Event declared} with other arguments
	 */
	void broadcastExcept(Collection<Connection> excluded, String event, @Nullable Object... args);

	/**
	 * Makes what the turn has changed so far durable, whatever happens to the rest of it,
	 * and gives the turn up meanwhile.
	 * @throws dev.rivet.client.RivetException if the changes could not be committed
	 * @throws IllegalStateException in {@link OnCreate @OnCreate} and
	 * {@link OnWake @OnWake} methods: what they change is committed as a whole, at their
	 * end
	 */
	void saveState();

	/**
	 * Waits for a result, and gives the turn up meanwhile: other turns of the actor run.
	 * What the turn has changed so far is committed, whatever happens to the rest of it.
	 * @param <T> the type of the result
	 * @param stage the result to wait for
	 * @return the result
	 * @throws RuntimeException what the stage failed with; a checked exception is the
	 * cause of a {@link java.util.concurrent.CompletionException}
	 */
	<T extends @Nullable Object> T await(CompletionStage<T> stage);

	/**
	 * Returns what the actor is to do in time.
	 * @return the schedule
	 */
	Schedule schedule();

	/**
	 * Returns what the actor keeps by key.
	 * @return the keys and values
	 */
	Kv kv();

	/**
	 * Returns the actor's queue.
	 * @return the queue
	 */
	ActorQueue queue();

	/**
	 * Waits for some time and gives the turn away meanwhile. The actor does not sleep
	 * meanwhile either.
	 * @param duration how long
	 * @throws AbortedException if this is the run loop and the actor stops
	 */
	void delay(Duration duration);

	/**
	 * Lets the actor sleep as soon as nothing of it runs or waits any more.
	 */
	void sleep();

	/**
	 * Keeps the actor from falling asleep because it is idle.
	 * @param prevent whether it is kept
	 */
	void setPreventSleep(boolean prevent);

	/**
	 * Keeps the actor from falling asleep because it is idle until something is done. May
	 * be called on any thread.
	 * @param <T> the type of the result
	 * @param stage what is to be done
	 * @return the stage
	 */
	<T extends @Nullable Object> CompletionStage<T> keepAwake(CompletionStage<T> stage);

	/**
	 * Lets sleep and shutdown wait for background work, at most
	 * {@code rivet.wait-until-timeout} (15 seconds by default). The work runs beside the
	 * turns of the actor; if it fails, that is logged. May be called on any thread.
	 * @param work what is being done
	 */
	void waitUntil(CompletionStage<?> work);

	/**
	 * Returns whether the actor falls asleep, is destroyed or has moved, so that its run
	 * loop is to end.
	 * @return whether it is
	 */
	boolean aborted();

	/**
	 * Returns the signal that is given when the actor falls asleep, is destroyed or has
	 * moved.
	 * @return the signal
	 */
	AbortSignal abortSignal();

	/**
	 * Queues a turn. May be called from any thread.
	 * @param turn what to run in it
	 */
	void run(Runnable turn);

	/**
	 * Destroys the actor when this turn has ended without an exception: its state is
	 * deleted and its key is free.
	 */
	void destroy();

}
