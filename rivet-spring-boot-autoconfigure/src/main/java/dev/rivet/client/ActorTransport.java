package dev.rivet.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The way from a {@link RivetClient} to the actors. Values are trees of their own:
 * neither side keeps what it handed over. Futures fail with a {@link RivetException}.
 */
public interface ActorTransport extends AutoCloseable {

	/**
	 * Calls an action.
	 * @param actor the actor
	 * @param action the name of the action
	 * @param args the arguments
	 * @param parameters the connection's parameters, if any
	 * @return the action's result
	 */
	CompletableFuture<JsonNode> call(ActorAddress actor, String action, ArrayNode args, @Nullable JsonNode parameters);

	/**
	 * Sends a message to the queue of an actor.
	 * @param actor the actor
	 * @param queue the name of the queue
	 * @param body the message
	 * @param waits whether the sender waits until it is completed
	 * @param timeout how long, or {@code null} to wait for ever
	 * @param parameters the connection's parameters, if any
	 * @return what became of the message
	 */
	CompletableFuture<QueueResult> send(ActorAddress actor, String queue, JsonNode body, boolean waits,
			@Nullable Duration timeout, @Nullable JsonNode parameters);

	/**
	 * Opens a connection.
	 * @param actor the actor
	 * @param parameters the connection's parameters, if any
	 * @param listener what hears of the connection
	 * @return the connection, on which nothing may be asked for before it is
	 * {@linkplain ConnectionListener#opened opened}
	 */
	TransportConnection connect(ActorAddress actor, @Nullable JsonNode parameters, ConnectionListener listener);

	/**
	 * Returns what opens connections on behalf of whoever calls now, even when it is used
	 * by other threads.
	 * @param actor the actor
	 * @param parameters the connection's parameters, if any
	 * @return {@link #connect} for these
	 */
	default Function<ConnectionListener, TransportConnection> connector(ActorAddress actor,
			@Nullable JsonNode parameters) {
		return (listener) -> connect(actor, parameters, listener);
	}

	/**
	 * Lets a call leave: now, or, if an actor's turn makes it, when everything that the
	 * turn could have seen is durable.
	 * @param reply fails if the call must not leave
	 * @param dispatch makes the call, without waiting
	 */
	default void leave(CompletableFuture<?> reply, Runnable dispatch) {
		dispatch.run();
	}

	/**
	 * Finds an actor's id.
	 * @param actor the actor
	 * @return its id
	 */
	CompletableFuture<String> resolve(ActorAddress actor);

	/**
	 * Creates an actor; fails with {@code actor/duplicate_key} if there is one.
	 * @param name the name
	 * @param key the key
	 * @param input the input for its creation, if any
	 * @return its id
	 */
	CompletableFuture<String> create(String name, List<String> key, @Nullable JsonNode input);

	/**
	 * Destroys an actor, which is not created for that.
	 * @param actor the actor
	 * @return completes when that is durable; fails with {@code actor/not_found}
	 */
	CompletableFuture<@Nullable Void> destroy(ActorAddress actor);

	/**
	 * Returns where the application's code runs that follows an asynchronous call: the
	 * threads that bring results must not be held up by it.
	 * @return the executor
	 */
	Executor callbacks();

	/**
	 * Does something later, where {@link #callbacks() callbacks} run.
	 * @param delay how much later
	 * @param task what to do
	 */
	default void after(Duration delay, Runnable task) {
		CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, callbacks()).execute(task);
	}

	/**
	 * Asks for something and waits for the result on the calling thread. Where that must
	 * not wait, nothing is asked.
	 * @param <T> the type of the result
	 * @param request asks for it
	 * @return the result
	 */
	<T> T await(Supplier<CompletableFuture<T>> request);

	/**
	 * Gives up what the transport holds, if anything.
	 */
	@Override
	default void close() {
	}

}
