package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that runs before the actor falls asleep, at
 * shutdown too; not when it is destroyed, and not when its process crashes. What it
 * changes is committed with the sleep. It has {@code rivet.lifecycle-timeout} (5 seconds
 * by default); if it throws or takes longer, that is logged, what it changed is dropped
 * and the actor sleeps.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnSleep {

}
