package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a queue of an {@link Actor @Actor}: what its messages and replies are.
 * Messages that are none are refused with {@code queue/invalid_payload}, replies with
 * {@code queue/invalid_completion_payload}, and if the application has Jakarta Validation
 * so are those that violate the constraints on their types. An actor has queues that it
 * does not declare, too; what is sent to them is not checked.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Queue.Queues.class)
public @interface Queue {

	/**
	 * The name of the queue.
	 * @return the name
	 */
	String name();

	/**
	 * The type of its messages.
	 * @return the type
	 */
	Class<?> body() default Object.class;

	/**
	 * The type of what messages are completed with.
	 * @return the type, or {@code void} if they are completed with nothing
	 */
	Class<?> reply() default Object.class;

	/**
	 * The queues that an actor declares.
	 */
	@Documented
	@Target(ElementType.TYPE)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Queues {

		/**
		 * The queues.
		 * @return the queues
		 */
		Queue[] value();

	}

}
