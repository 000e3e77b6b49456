package dev.rivet.runtime;

import java.time.Duration;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

/**
 * What the annotation of an action says about when it runs.
 *
 * @param action the action
 * @param cron the cron expression with six fields, if it has one
 * @param zone the zone of the expression
 * @param interval the interval, if it has one
 */
record DeclaredJob(String action, @Nullable String cron, @Nullable ZoneId zone, @Nullable Duration interval) {

	/**
	 * What the ids of declared jobs begin with.
	 */
	static final String PREFIX = "@";

	String id() {
		return PREFIX + this.action;
	}

}
