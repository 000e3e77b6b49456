package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of an {@link Actor @Actor} that handles raw HTTP requests, of any
 * method and path under the actor's {@code /request}. It runs in a turn of the actor;
 * what it returns is sent when everything that the turn could have seen is durable.
 * <p>
 * It may declare what the handler methods of Spring MVC may, such as a
 * {@code RequestEntity} or a {@code @RequestBody}, besides an {@link ActorContext} and a
 * {@link Connection}; the path that it sees is the one behind {@code /request}. It may
 * return what they may, such as a {@code ResponseEntity}, an {@code SseEmitter}, a
 * {@code StreamingResponseBody}, or any value, which is written as the body. Nothing is a
 * response without a body.
 * <p>
 * The body is read before the turn begins, so that a slow client does not hold up the
 * actor, unless the method declares an {@code InputStream} or a {@code Reader}: it then
 * reads the body as it comes, in its turn.
 * <p>
 * What an emitter or a stream sends later is sent as it comes, and does not wait for
 * changes to become durable; events do. The actor does not fall asleep because it is idle
 * before the response is complete.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnRequest {

}
