package dev.rivet.runtime;

import java.util.List;
import java.util.Map;

import dev.rivet.actor.Actor;
import dev.rivet.actor.OnWebSocket;
import org.jspecify.annotations.Nullable;

/**
 * An actor class, read once at startup.
 *
 * @param name the name of its actors
 * @param beanName the name of its bean definition
 * @param actorClass the class
 * @param annotation its annotation
 * @param actions its actions by name
 * @param jobs when some of them run by themselves
 * @param lifecycle what it does in the course of its life
 * @param hooks what it does when clients connect and subscribe
 * @param onRequest handles raw requests, if any
 * @param onWebSocket handles raw WebSockets, if any
 * @param events the events that it declares
 * @param queues the queues that it declares or listens to
 * @param state its state fields
 * @param options what holds for its actors
 */
record ActorType(String name, String beanName, Class<?> actorClass, Actor annotation, Map<String, ActorMethod> actions,
		List<DeclaredJob> jobs, LifecycleHooks lifecycle, ConnectionHooks hooks, @Nullable ActorMethod onRequest,
		@Nullable ActorMethod onWebSocket, DeclaredEvents events, DeclaredQueues queues, StateFields state,
		ActorOptions options) {

	/**
	 * Returns whether all raw WebSockets stay open while the actor sleeps.
	 */
	boolean hibernatesWebSockets() {
		return this.onWebSocket != null && this.onWebSocket.method().getAnnotation(OnWebSocket.class).hibernatable();
	}

}
