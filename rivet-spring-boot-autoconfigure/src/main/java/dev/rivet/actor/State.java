package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a field of an {@link Actor @Actor} part of its persistent state. It is set after
 * the constructor and {@code @PostConstruct} methods have run; a field that was never
 * stored keeps its initial value, which the first turn stores. What an action changes is
 * durable before its caller has the answer. A final field must hold a mutable collection,
 * map or bean, which is refilled in place.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface State {

}
