package dev.rivet.actor;

import java.time.Instant;

/**
 * Why a scheduled action runs. An action may declare one to learn it,
 * {@link org.jspecify.annotations.Nullable @Nullable} or as an {@link java.util.Optional
 * Optional}, since there is none when a client calls the action.
 *
 * @param jobId the job
 * @param dueAt when it was to run
 * @param firedAt when it did
 * @param recurring whether it will run again
 */
public record FireInfo(String jobId, Instant dueAt, Instant firedAt, boolean recurring) {
}
