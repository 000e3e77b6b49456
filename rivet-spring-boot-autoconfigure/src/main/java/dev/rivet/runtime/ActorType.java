package dev.rivet.runtime;

import java.time.Duration;
import java.util.Map;

import dev.rivet.actor.Actor;
import org.jspecify.annotations.Nullable;

/**
 * An actor class, read once at startup.
 *
 * @param name the name of its actors
 * @param beanName the name of its bean definition
 * @param actorClass the class
 * @param annotation its annotation
 * @param actions its actions by name
 * @param onCreate its {@code @OnCreate} method, if any
 * @param hooks what it does when clients connect and subscribe
 * @param onRequest handles raw requests, if any
 * @param onWebSocket handles raw WebSockets, if any
 * @param events the events that it declares
 * @param state its state fields
 * @param actionTimeout how long callers of its actions wait
 */
record ActorType(String name, String beanName, Class<?> actorClass, Actor annotation, Map<String, ActorMethod> actions,
		@Nullable ActorMethod onCreate, ConnectionHooks hooks, @Nullable ActorMethod onRequest,
		@Nullable ActorMethod onWebSocket, DeclaredEvents events, StateFields state, Duration actionTimeout) {
}
