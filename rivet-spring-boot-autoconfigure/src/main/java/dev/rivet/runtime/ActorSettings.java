package dev.rivet.runtime;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Settings of the actors of a type, as far as they are given.
 *
 * @param actionTimeout how long callers of an action wait
 * @param sleepTimeout how long an actor is idle before it sleeps
 * @param noSleep whether it never sleeps because it is idle
 * @param runStopTimeout how long its run loop may take to end
 * @param waitUntilTimeout how long its sleep waits for background work
 * @param maxQueueSize the most messages that may wait in its queue
 * @param maxQueueMessageSize the largest message in bytes
 * @param maxSchedules the most jobs that it may have scheduled
 */
public record ActorSettings(@Nullable Duration actionTimeout, @Nullable Duration sleepTimeout,
		@Nullable Boolean noSleep, @Nullable Duration runStopTimeout, @Nullable Duration waitUntilTimeout,
		@Nullable Integer maxQueueSize, @Nullable Long maxQueueMessageSize, @Nullable Integer maxSchedules) {

	/**
	 * Returns these settings, completed by others.
	 * @param others what holds where these say nothing
	 * @return the settings
	 */
	public ActorSettings or(ActorSettings others) {
		return new ActorSettings(or(this.actionTimeout, others.actionTimeout),
				or(this.sleepTimeout, others.sleepTimeout), or(this.noSleep, others.noSleep),
				or(this.runStopTimeout, others.runStopTimeout), or(this.waitUntilTimeout, others.waitUntilTimeout),
				or(this.maxQueueSize, others.maxQueueSize), or(this.maxQueueMessageSize, others.maxQueueMessageSize),
				or(this.maxSchedules, others.maxSchedules));
	}

	private static <T> @Nullable T or(@Nullable T value, @Nullable T other) {
		return (value != null) ? value : other;
	}

	ActorOptions complete() {
		return new ActorOptions(Objects.requireNonNull(this.actionTimeout), Objects.requireNonNull(this.sleepTimeout),
				Boolean.TRUE.equals(this.noSleep), Objects.requireNonNull(this.runStopTimeout),
				Objects.requireNonNull(this.waitUntilTimeout), Objects.requireNonNull(this.maxQueueSize),
				Objects.requireNonNull(this.maxQueueMessageSize), Objects.requireNonNull(this.maxSchedules));
	}

}
