package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs an {@link Action @Action} at an interval, from the first time the actor wakes with
 * it on. What is said of {@link Cron @Cron} holds here too.
 *
 * @see Schedule#every(String, java.time.Duration, String, Object...)
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Every {

	/**
	 * The interval, such as {@code 30s}; at least 5 seconds.
	 * @return the interval
	 */
	String value();

}
