package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs an {@link Action @Action} at the times of a cron expression, from the first time
 * the actor wakes with it on. A changed expression holds from the next wake on; without
 * the annotation the job is gone. The action has no caller then: a {@link Connection}
 * that it declares must be {@code @Nullable}, and so must all arguments.
 *
 * @see Schedule#cron(String, String, java.time.ZoneId, String, Object...)
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Cron {

	/**
	 * The expression, of five fields (minutes and more) or six (seconds and more), as in
	 * Spring's {@link org.springframework.scheduling.support.CronExpression}.
	 * @return the expression
	 */
	String value();

	/**
	 * The time zone that it is meant in.
	 * @return the id of the zone, or empty for UTC
	 */
	String zone() default "";

}
