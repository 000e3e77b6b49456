package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that runs before the actor is destroyed, as
 * part of the turn that destroys it: the last chance to tell others. It has
 * {@code rivet.lifecycle-timeout} (5 seconds by default) and must not wait through the
 * context. If it throws or takes longer, that is logged, and the actor is destroyed.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnDestroy {

}
