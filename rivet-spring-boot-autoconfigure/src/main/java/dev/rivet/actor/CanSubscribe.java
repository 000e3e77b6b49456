package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that decides whether a connection may
 * subscribe to events. It returns a {@code boolean}; {@code false} refuses the client
 * with {@code auth/forbidden}, an exception with that error. Without such a method
 * everybody who is connected may subscribe.
 * <p>
 * It may declare a {@code String} for the name of the event, a {@link Connection} and an
 * {@link ActorContext}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface CanSubscribe {

	/**
	 * The names of the events that this method decides on.
	 * @return the names, or none for all events that no other method decides on
	 */
	String[] value() default {};

}
