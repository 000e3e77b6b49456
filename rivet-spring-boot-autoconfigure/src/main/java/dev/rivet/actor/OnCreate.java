package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that runs once in the actor's life, before
 * everything else. It may declare one parameter for the input given at creation, and an
 * {@link ActorContext}. If it throws, the actor is not started, its callers get the
 * error, and the next call tries again.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnCreate {

}
