package dev.rivet.actor;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What an actor is to do in time: its jobs, which are durable and wake it. May be used in
 * turns of the actor only; what it schedules is committed with the turn's other changes,
 * or dropped with them.
 * <p>
 * A job runs an action of the actor, without a caller and in a turn of its own. Its alarm
 * is consumed in the action's first change set: a crash before runs it again, one after
 * does not. An action that throws has been run. A recurring job that is due while its
 * action still waits is skipped; what was missed while the actor could not run is made up
 * for once. A job whose action does not exist any more is deleted. Up to 1,000 jobs of an
 * actor are kept ({@code rivet.max-schedules}).
 * <p>
 * Errors are {@link dev.rivet.client.RivetException}s of the group {@code schedule}:
 * {@code unknown_action}, {@code needs_connection}, {@code invalid_cron},
 * {@code invalid_interval}, {@code invalid_time}, {@code invalid_name}, {@code too_many}.
 */
public interface Schedule {

	/**
	 * Shortest interval of a recurring job, as RivetKit has it.
	 */
	Duration MIN_INTERVAL = Duration.ofSeconds(5);

	/**
	 * How many times a job's history holds if nothing is said.
	 */
	int DEFAULT_HISTORY = 100;

	/**
	 * The most times that a job's history may hold.
	 */
	int MAX_HISTORY = 1_000;

	/**
	 * Runs an action once.
	 * @param delay after which time, to the millisecond
	 * @param action the name of the action
	 * @param args its arguments
	 * @return the job's id
	 */
	String after(Duration delay, String action, @Nullable Object... args);

	/**
	 * Runs an action once.
	 * @param instant when, to the millisecond; at once if that is over
	 * @param action the name of the action
	 * @param args its arguments
	 * @return the job's id
	 */
	String at(Instant instant, String action, @Nullable Object... args);

	/**
	 * Runs an action at the times of a cron expression in UTC.
	 * @param name the name of the job; one of that name is replaced
	 * @param expression the expression, of five or six fields
	 * @param action the name of the action
	 * @param args its arguments
	 */
	void cron(String name, String expression, String action, @Nullable Object... args);

	/**
	 * Runs an action at the times of a cron expression.
	 * @param name the name of the job; one of that name is replaced. It must not begin
	 * with {@code @}
	 * @param expression the expression, of five or six fields
	 * @param zone the time zone that it is meant in
	 * @param action the name of the action
	 * @param args its arguments
	 */
	void cron(String name, String expression, ZoneId zone, String action, @Nullable Object... args);

	/**
	 * Runs an action at an interval, the first time when it has passed once. The times do
	 * not drift. A job that has the interval already keeps its times.
	 * @param name the name of the job; one of that name is replaced
	 * @param interval the interval, at least 5 seconds
	 * @param action the name of the action
	 * @param args its arguments
	 */
	void every(String name, Duration interval, String action, @Nullable Object... args);

	/**
	 * Says how many times the history of a recurring job holds.
	 * @param name the name of the job
	 * @param fires how many, 0 to {@value #MAX_HISTORY}
	 */
	void keepHistory(String name, int fires);

	/**
	 * Returns a job.
	 * @param id its id or name
	 * @return the job, if it is to run
	 */
	Optional<ScheduledJob> get(String id);

	/**
	 * Returns all jobs.
	 * @return the jobs, those due first first
	 */
	List<ScheduledJob> list();

	/**
	 * Deletes a job.
	 * @param id its id or name
	 * @return whether it was there
	 */
	boolean cancel(String id);

	/**
	 * Returns when a job was due and what came of it.
	 * @param id its id or name
	 * @return what is kept of it, the oldest first
	 */
	List<ScheduledFire> history(String id);

}
