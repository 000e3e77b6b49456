package dev.rivet.actor;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One time at which a job was due.
 *
 * @param jobId the job
 * @param action the action
 * @param dueAt when it was due
 * @param firedAt when it was run
 * @param finishedAt when it ended, or {@code null} if it runs
 * @param result what came of it
 * @param error what went wrong, if anything
 */
public record ScheduledFire(String jobId, String action, Instant dueAt, Instant firedAt, @Nullable Instant finishedAt,
		Result result, @Nullable String error) {

	/**
	 * What came of it.
	 */
	public enum Result {

		/**
		 * It runs, or its process has crashed while it did.
		 */
		RUNNING,

		/**
		 * The action has returned.
		 */
		OK,

		/**
		 * The action has thrown.
		 */
		ERROR,

		/**
		 * It was not run, since it still ran from the time before.
		 */
		SKIPPED

	}

}
