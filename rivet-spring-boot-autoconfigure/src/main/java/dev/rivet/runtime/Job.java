package dev.rivet.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

import dev.rivet.actor.ScheduledJob;
import dev.rivet.store.Row;
import dev.rivet.store.Table;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is stored.
 *
 * @param id its id or name
 * @param action the action
 * @param args the arguments as they are stored
 * @param dueAt when it is due
 * @param cron the cron expression, if it has one
 * @param zone the zone of the expression
 * @param interval the interval, if it has one
 * @param history how many times are kept
 */
record Job(String id, String action, byte[] args, Instant dueAt, @Nullable String cron, @Nullable ZoneId zone,
		@Nullable Duration interval, int history) {

	static Job of(Row row) {
		String zone = (String) row.value(4);
		return new Job((String) row.id().key(), row.text(0), row.bytes(1), Instant.ofEpochMilli(row.number(2)),
				(String) row.value(3), (zone != null) ? ZoneId.of(zone) : null,
				(row.value(5) != null) ? Duration.ofMillis(row.number(5)) : null, (int) row.number(6));
	}

	Row row() {
		return Row.of(Table.SCHEDULE, this.id, this.action, this.args, this.dueAt.toEpochMilli(), this.cron,
				(this.zone != null) ? this.zone.getId() : null,
				(this.interval != null) ? this.interval.toMillis() : null, this.history);
	}

	Row deleted() {
		return Row.deleted(Table.SCHEDULE, this.id);
	}

	boolean isRecurring() {
		return this.cron != null || this.interval != null;
	}

	/**
	 * Returns this job as it is due next.
	 * @param now the time
	 * @return the job, or {@code null} if it is not due any more
	 */
	@Nullable Job next(Instant now) {
		if (this.interval != null) {
			long missed = Math.max(0, Duration.between(this.dueAt, now).dividedBy(this.interval));
			return dueAt(this.dueAt.plus(this.interval.multipliedBy(missed + 1)));
		}
		if (this.cron == null || this.zone == null) {
			return null;
		}
		ZonedDateTime next = CronTimes.next(this.cron, now.atZone(this.zone));
		return (next != null) ? dueAt(next.toInstant()) : null;
	}

	Job dueAt(Instant dueAt) {
		return new Job(this.id, this.action, this.args, dueAt, this.cron, this.zone, this.interval, this.history);
	}

	Job keeping(int history) {
		return new Job(this.id, this.action, this.args, this.dueAt, this.cron, this.zone, this.interval, history);
	}

	ScheduledJob describe() {
		return new ScheduledJob(this.id, this.action, this.dueAt, this.cron, this.zone, this.interval);
	}

}
