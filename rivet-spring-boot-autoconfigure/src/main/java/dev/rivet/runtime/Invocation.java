package dev.rivet.runtime;

import java.time.Duration;

import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;

/**
 * What a call runs of an actor, and what becomes of its result.
 *
 * @param <T> the type of the answer
 */
interface Invocation<T> {

	/**
	 * Finds the method.
	 * @param type the actor's type
	 * @return the method, or {@code null} if the type has none
	 */
	@Nullable ActorMethod method(ActorType type);

	/**
	 * Returns whether nothing can be done without a method.
	 */
	default boolean needsMethod() {
		return true;
	}

	/**
	 * Returns how long the caller waits.
	 * @param actionTimeout how long callers of the actor's actions wait
	 */
	default Duration limit(Duration actionTimeout) {
		return actionTimeout;
	}

	/**
	 * Returns what the caller is told if there is no method.
	 */
	RivetException notFound();

	/**
	 * Runs the method.
	 * @param method the method, if there is one
	 * @param activation the actor
	 * @param connection the caller's connection
	 * @return what it returned
	 * @throws Throwable what it threw, or why it does not fit
	 */
	@Nullable Object invoke(@Nullable ActorMethod method, Activation activation, LiveConnection connection) throws Throwable;

	/**
	 * Lets the actor have a last look at what the method returned.
	 * @param result what it returned
	 * @param activation the actor
	 * @param connection the caller's connection
	 * @return what is answered
	 * @throws Throwable if nothing is
	 */
	default @Nullable Object beforeResponse(@Nullable Object result, Activation activation, LiveConnection connection)
			throws Throwable {
		return result;
	}

	/**
	 * Makes the answer, before anything of the turn leaves.
	 * @param result what the method returned
	 * @return the answer
	 */
	T answer(@Nullable Object result);

}
