package dev.rivet.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes an interface a typed view of the actors of one name. Its methods are named after
 * actions and take their arguments. One that returns a
 * {@link java.util.concurrent.CompletionStage CompletionStage} or
 * {@link java.util.concurrent.CompletableFuture CompletableFuture} returns at once, any
 * other waits for the result.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface ActorApi {

	/**
	 * The name of the actors.
	 * @return the name
	 */
	String value();

}
