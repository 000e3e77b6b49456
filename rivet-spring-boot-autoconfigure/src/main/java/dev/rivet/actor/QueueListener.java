package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that handles the messages of a queue, one
 * after another in the order in which they came, beside the actor's actions. It may
 * declare one parameter for the message's body, a {@link QueueMessage} and an
 * {@link ActorContext}. When it returns, the message is completed with what it returned,
 * in the same change set as what the method changed.
 * <p>
 * When it throws, what it changed is dropped and the message is handled again later,
 * while others are handled; after the last attempt it goes to the queue
 * {@link #deadLetterQueue()}, and a sender that waits for it gets the error.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface QueueListener {

	/**
	 * The name of the queue.
	 * @return the name
	 */
	String value();

	/**
	 * How often a message is handled at most.
	 * @return the number of attempts, at least 1
	 */
	int attempts() default 5;

	/**
	 * How long after a failure the message is handled again, such as {@code 500ms}; twice
	 * as long after each further failure, at most an hour.
	 * @return the first delay
	 */
	String backoff() default "1s";

	/**
	 * The queue of the actor that messages go to after their last attempt. They do not
	 * count against the size of the actor's queue.
	 * @return the name, or empty for the name of this queue followed by {@code .dead}
	 */
	String deadLetterQueue() default "";

}
