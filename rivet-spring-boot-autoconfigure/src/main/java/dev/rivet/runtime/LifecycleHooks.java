package dev.rivet.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What an actor type does in the course of its life.
 *
 * @param onCreate runs once, when the actor is created
 * @param onWake runs at each wake
 * @param onSleep runs before it sleeps
 * @param onDestroy runs before it is destroyed
 * @param onStateChange runs at the end of a segment that changed its state
 * @param onBeforeActionResponse runs before a result is sent
 * @param run runs as long as it is awake
 */
record LifecycleHooks(@Nullable ActorMethod onCreate, @Nullable ActorMethod onWake, @Nullable ActorMethod onSleep,
		@Nullable ActorMethod onDestroy, @Nullable ActorMethod onStateChange,
		@Nullable ActorMethod onBeforeActionResponse, @Nullable ActorMethod run) {
}
