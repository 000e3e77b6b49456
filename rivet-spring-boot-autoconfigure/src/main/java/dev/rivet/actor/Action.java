package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Makes a method of an {@link Actor @Actor} callable by clients. The client's arguments
 * are bound to the parameters by position; missing trailing ones are {@code null} or
 * empty. An {@link ActorContext} or a {@link Connection} may be declared anywhere among
 * them. A returned {@link java.util.concurrent.CompletionStage CompletionStage} is
 * answered when it is done.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Action {

	/**
	 * The name that clients use.
	 * @return the name, or empty for the method's
	 */
	@AliasFor("name")
	String value() default "";

	/**
	 * Alias for {@link #value()}.
	 * @return the name
	 */
	@AliasFor("value")
	String name() default "";

}
