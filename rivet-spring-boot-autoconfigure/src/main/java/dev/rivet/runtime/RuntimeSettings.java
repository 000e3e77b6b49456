package dev.rivet.runtime;

import java.time.Duration;
import java.util.Map;

/**
 * Settings of the runtime.
 *
 * @param region the region that this node runs in
 * @param maxThreads the most threads for turns, where the JVM has no virtual threads
 * @param shutdownTimeout how long running turns may take at shutdown
 * @param actionTimeout how long callers of an action wait if nothing else is said
 * @param connectTimeout how long each connection hook may take
 * @param actionTimeouts how long callers of an action wait, by actor name; goes before
 * the annotation
 */
public record RuntimeSettings(String region, int maxThreads, Duration shutdownTimeout, Duration actionTimeout,
		Duration connectTimeout, Map<String, Duration> actionTimeouts) {
}
