package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that decides which raw WebSockets stay open
 * while the actor sleeps, instead of {@link OnWebSocket#hibernatable()}, which says so
 * for all of them. It returns a {@code boolean} and runs once for each socket, after the
 * connection hooks and before the {@link OnWebSocket @OnWebSocket} method. If it throws,
 * the socket is closed.
 * <p>
 * It may declare what {@link OnBeforeConnect @OnBeforeConnect} may: an
 * {@code org.springframework.http.HttpRequest} for the request that opens the socket, one
 * parameter for the connection's parameters, a {@link Connection} and an
 * {@link ActorContext}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface CanHibernate {

}
