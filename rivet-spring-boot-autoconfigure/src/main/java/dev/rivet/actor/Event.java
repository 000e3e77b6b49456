package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares an event that an {@link Actor @Actor} sends. Sending it with other arguments
 * fails with {@code event/invalid_payload}, and if the application has Jakarta Validation
 * so do arguments that violate the constraints on their types. Events that are not
 * declared may be sent with any arguments.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Event.Events.class)
public @interface Event {

	/**
	 * The name of the event.
	 * @return the name
	 */
	String name();

	/**
	 * The types of its arguments.
	 * @return the types, in order
	 */
	Class<?>[] payload() default {};

	/**
	 * The events that an actor declares.
	 */
	@Documented
	@Target(ElementType.TYPE)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Events {

		/**
		 * The events.
		 * @return the events
		 */
		Event[] value();

	}

}
