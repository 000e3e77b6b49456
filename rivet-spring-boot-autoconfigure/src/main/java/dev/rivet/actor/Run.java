package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that runs as long as the actor is awake: it
 * starts after each wake and runs beside the actions, by turns, giving them way wherever
 * it waits through its {@link ActorContext}. When the actor falls asleep,
 * {@link ActorContext#aborted()} becomes {@code true}, waits end with an
 * {@link AbortedException}, and the method has {@code rivet.run-stop-timeout} (15 seconds
 * by default) to return. An actor may sleep while the method waits for a message; while
 * it waits for something else or works, the actor stays awake. When it returns or throws,
 * which is logged, the actor lives on.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Run {

}
