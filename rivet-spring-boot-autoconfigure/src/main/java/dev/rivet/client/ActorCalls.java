package dev.rivet.client;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;

/**
 * What can be asked of an actor. Calls that fail throw a {@link RivetException}, or fail
 * their future with one; its group is {@code client} if the actor is not to blame. Who is
 * interrupted while waiting gets a {@link java.util.concurrent.CompletionException}.
 */
public interface ActorCalls {

	/**
	 * Calls an action and waits for its result.
	 * @param <T> the type of the result
	 * @param type the type of the result
	 * @param action the name of the action
	 * @param args the arguments
	 * @return the result
	 */
	<T extends @Nullable Object> T call(Class<T> type, String action, @Nullable Object... args);

	/**
	 * Calls an action and waits for its result.
	 * @param <T> the type of the result
	 * @param type the type of the result
	 * @param action the name of the action
	 * @param args the arguments
	 * @return the result
	 */
	<T extends @Nullable Object> T call(ParameterizedTypeReference<T> type, String action, @Nullable Object... args);

	/**
	 * Calls an action.
	 * @param <T> the type of the result
	 * @param type the type of the result
	 * @param action the name of the action
	 * @param args the arguments
	 * @return the result
	 */
	<T extends @Nullable Object> CompletableFuture<T> callAsync(Class<T> type, String action, @Nullable Object... args);

	/**
	 * Calls an action.
	 * @param <T> the type of the result
	 * @param type the type of the result
	 * @param action the name of the action
	 * @param args the arguments
	 * @return the result
	 */
	<T extends @Nullable Object> CompletableFuture<T> callAsync(ParameterizedTypeReference<T> type, String action,
			@Nullable Object... args);

	/**
	 * Returns a typed view of the actor.
	 * @param <T> the type of the view
	 * @param api an interface whose methods are named after actions; it needs no
	 * {@link ActorApi @ActorApi} here
	 * @return the view
	 */
	<T> T as(Class<T> api);

}
