package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that decides whether a client may connect:
 * if it throws, the client is refused with that error, and nothing has changed. A single
 * call over HTTP, or from Java without a connection, connects for its duration.
 * <p>
 * It may declare one parameter for the connection's parameters, a {@link Connection}, an
 * {@link ActorContext}, and an {@code org.springframework.http.HttpRequest} for the
 * request that opens the connection, which is {@code null} for callers in this process.
 * It is interrupted after {@code rivet.connect-timeout}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnBeforeConnect {

}
