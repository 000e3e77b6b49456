package dev.rivet.runtime;

import java.time.Duration;

/**
 * What holds for the actors of a type, as {@link ActorSettings} say.
 */
record ActorOptions(Duration actionTimeout, Duration sleepTimeout, boolean noSleep, Duration runStopTimeout,
		Duration waitUntilTimeout, int maxQueueSize, long maxQueueMessageSize, int maxSchedules) {
}
