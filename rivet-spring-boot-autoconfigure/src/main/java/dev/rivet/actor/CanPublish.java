package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that decides who may send messages to its
 * queues; it returns a {@code boolean}. Without one, everybody who reaches the actor may.
 * It may declare a {@code String} for the name of the queue, a {@link Connection} and an
 * {@link ActorContext}. What the actor itself sends is not asked about.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface CanPublish {

	/**
	 * The names of the queues that this method decides on.
	 * @return the names, or none for all queues that no other method decides on
	 */
	String[] value() default {};

}
