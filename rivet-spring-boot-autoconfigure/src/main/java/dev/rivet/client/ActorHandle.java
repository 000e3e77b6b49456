package dev.rivet.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A reference to an actor. It is cheap, has no connection, and may be kept and shared.
 */
public interface ActorHandle extends ActorCalls {

	/**
	 * Finds the actor's id, creating the actor if the handle was made by
	 * {@code getOrCreate}.
	 * @return the id
	 * @throws RivetException if there is no such actor
	 */
	String resolve();

	/**
	 * Destroys the actor. When this method returns, everything of it is deleted and its
	 * key is free; calls that wait for it fail. An actor that is not there is not created
	 * for that.
	 * @throws RivetException {@code actor/not_found} if there is no such actor
	 */
	void destroy();

	/**
	 * Opens a connection, through which the actor sends events. It opens in the
	 * background; calls made until then wait for it.
	 * @return a new connection, which is the caller's to close
	 */
	ActorConnection connect();

	/**
	 * Sends a message to the actor's queue, where it is when this method returns.
	 * @param queue the name of the queue
	 * @param body the message
	 * @throws RivetException the actor's error, {@code queue/full} or
	 * {@code queue/message_too_large} for example
	 */
	void send(String queue, @Nullable Object body);

	/**
	 * Sends a message to the actor's queue.
	 * @param queue the name of the queue
	 * @param body the message
	 * @return completes when it is there
	 */
	CompletableFuture<@Nullable Void> sendAsync(String queue, @Nullable Object body);

	/**
	 * Sends a message to the actor's queue and waits until the actor has completed it. If
	 * that takes too long, or the actor falls asleep meanwhile, the message stays in the
	 * queue.
	 * @param queue the name of the queue
	 * @param body the message
	 * @param timeout how long to wait
	 * @return what became of it
	 * @throws RivetException the actor's error
	 */
	QueueResult sendAndWait(String queue, @Nullable Object body, Duration timeout);

	/**
	 * Sends a message to the actor's queue, as {@link #sendAndWait} does.
	 * @param queue the name of the queue
	 * @param body the message
	 * @param timeout how long the actor may take to complete it
	 * @return what became of it
	 */
	CompletableFuture<QueueResult> sendAndWaitAsync(String queue, @Nullable Object body, Duration timeout);

}
