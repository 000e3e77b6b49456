package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that takes raw WebSockets, opened at any
 * path under the actor's {@code /websocket}. It runs when a socket has opened, after the
 * connection hooks, and says with the {@link ActorWebSocket} that it declares what to do
 * when messages come. If it throws, the socket is closed.
 * <p>
 * It may also declare what {@link OnConnect @OnConnect} may.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnWebSocket {

	/**
	 * Whether the sockets stay open while the actor sleeps. Messages then wake it, and
	 * the method is called again with each socket before they are handled, also with one
	 * that has closed meanwhile, whose close is heard then. Otherwise an open socket
	 * keeps the actor awake. A {@link CanHibernate @CanHibernate} method decides it for
	 * each socket instead.
	 * @return whether sockets stay open
	 */
	boolean hibernatable() default false;

}
