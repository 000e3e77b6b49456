package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that runs when an action has returned,
 * before its result is sent. It may declare the name of the action as a {@code String},
 * then the result as an {@code Object}, and what actions may declare. What it returns is
 * sent in place of the result, unless it returns {@code void}. If it throws, the action
 * has failed.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnBeforeActionResponse {

}
