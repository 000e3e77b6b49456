package dev.rivet.runtime;

import java.time.LocalDateTime;
import java.time.ZonedDateTime;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.StringUtils;

/**
 * The times of cron expressions, also where clocks are changed. For expressions with
 * fixed hours the first time that the clock skips is moved by as much as the clock is,
 * and one that comes twice counts when it comes first. Expressions for every hour follow
 * the hours that there are.
 */
final class CronTimes {

	private CronTimes() {
	}

	/**
	 * Returns the next time.
	 * @param cron an expression with six fields, or a macro
	 * @param from after when
	 * @return the time, or {@code null} if there is none
	 */
	static @Nullable ZonedDateTime next(String cron, ZonedDateTime from) {
		CronExpression expression = CronExpression.parse(cron);
		ZonedDateTime next = expression.next(from);
		if (!hasFixedHours(cron)) {
			return next;
		}
		while (next != null && !next.equals(next.withEarlierOffsetAtOverlap())) {
			next = expression.next(next);
		}
		LocalDateTime local = expression.next(from.toLocalDateTime());
		if (local != null && from.getZone().getRules().getValidOffsets(local).isEmpty()) {
			ZonedDateTime skipped = local.atZone(from.getZone());
			return (next == null || skipped.isBefore(next)) ? skipped : next;
		}
		return next;
	}

	private static boolean hasFixedHours(String cron) {
		String[] fields = StringUtils.tokenizeToStringArray(cron, " ");
		return (fields.length == 1) ? !cron.equals("@hourly") : !fields[2].startsWith("*");
	}

}
