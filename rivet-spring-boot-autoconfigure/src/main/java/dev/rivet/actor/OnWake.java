package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that runs each time the actor wakes, before
 * anything else does; when it is new, after {@link OnCreate @OnCreate}. What it changes
 * is committed with the wake. If it throws, or waits for more than 30 seconds, the actor
 * is not started, its callers get the error, and the next call tries again.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnWake {

}
