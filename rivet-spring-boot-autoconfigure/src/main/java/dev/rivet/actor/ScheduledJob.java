package dev.rivet.actor;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

/**
 * What an actor is to do in time.
 *
 * @param id the name of a recurring job, or what scheduling has returned
 * @param action the action
 * @param dueAt when it is run next
 * @param cron the cron expression, with six fields, of a job that has one
 * @param zone the time zone of the expression
 * @param interval the interval of a job that has one
 */
public record ScheduledJob(String id, String action, Instant dueAt, @Nullable String cron, @Nullable ZoneId zone,
		@Nullable Duration interval) {
}
