package dev.rivet.runtime;

import java.lang.reflect.Method;

import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import org.jspecify.annotations.Nullable;

/**
 * How the {@code @OnRequest} method of an actor is called, which takes and gives back
 * what a web framework knows.
 */
@FunctionalInterface
public interface RequestHandling {

	/**
	 * Calls the method, in the actor's turn.
	 * @param actor the actor, or its proxy
	 * @param method the method to invoke on it
	 * @param context the actor's context
	 * @param connection the caller's connection
	 * @return what the method returned
	 * @throws Throwable what it threw
	 */
	@Nullable Object call(Object actor, Method method, ActorContext context, Connection connection) throws Throwable;

}
