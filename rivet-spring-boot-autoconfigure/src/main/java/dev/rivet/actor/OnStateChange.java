package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that runs at the end of each segment of a
 * turn that changed the actor's {@link State @State}, before that is committed. It may
 * declare a {@link StateChange}. What it changes itself belongs to the same change set
 * and does not make it run again. It must not wait through the context. If it throws, the
 * segment is discarded as if the turn had thrown.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnStateChange {

}
