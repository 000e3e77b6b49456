package dev.rivet.runtime;

import java.time.Duration;
import java.util.Map;

/**
 * Settings of the runtime.
 *
 * @param region the region that this node runs in
 * @param maxThreads the most threads for turns, where the JVM has no virtual threads
 * @param shutdownTimeout how long running turns may take at shutdown
 * @param connectTimeout how long each connection hook may take
 * @param lifecycleTimeout how long {@code @OnSleep} and {@code @OnDestroy} may take
 * @param readTimeout how long a read of the store may take
 * @param receiveBuffer how many bytes that one client has sent may wait for its actor
 * @param nodeReceiveBuffer how many bytes that all clients have sent may wait for actors
 * @param defaults settings of all actors
 * @param actors settings by actor name; they go before those of annotations
 * @param failOnUnknownActors whether all of these actors have to exist
 */
public record RuntimeSettings(String region, int maxThreads, Duration shutdownTimeout, Duration connectTimeout,
		Duration lifecycleTimeout, Duration readTimeout, long receiveBuffer, long nodeReceiveBuffer,
		ActorSettings defaults, Map<String, ActorSettings> actors, boolean failOnUnknownActors) {
}
