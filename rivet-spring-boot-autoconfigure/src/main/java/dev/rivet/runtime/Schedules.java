package dev.rivet.runtime;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.rivet.actor.FireInfo;
import dev.rivet.actor.Schedule;
import dev.rivet.actor.ScheduledFire;
import dev.rivet.actor.ScheduledFire.Result;
import dev.rivet.actor.ScheduledJob;
import dev.rivet.client.RivetException;
import dev.rivet.store.Row;
import dev.rivet.store.RowRange;
import dev.rivet.store.StoreException;
import dev.rivet.store.Table;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * The jobs of an actor in memory, and the running of those that are due. What is stored
 * is read when it is needed first, and again when something that was thought to be
 * written was not. All of it belongs to the thread that has the turn.
 */
final class Schedules implements Schedule {

	private static final Log logger = LogFactory.getLog(Schedules.class);

	/**
	 * As RivetKit keeps of all jobs of an actor together.
	 */
	private static final int MAX_FIRES = 10_000;

	private static final int MAX_ID_LENGTH = 255;

	private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

	private final ActorRuntime runtime;

	private final Activation activation;

	private final Map<Table, List<Row>> readAlong;

	private @Nullable Map<String, Job> jobs;

	private @Nullable TreeMap<Long, Row> fires;

	private final Set<String> running = new HashSet<>();

	private volatile boolean firing;

	private @Nullable Future<?> timer;

	private long lastFire;

	private boolean looking;

	private long restUntil = System.nanoTime();

	/**
	 * Creates the jobs of an actor.
	 * @param runtime the runtime
	 * @param activation the actor
	 * @param readAlong all rows of the actor in tables that were read before
	 */
	Schedules(ActorRuntime runtime, Activation activation, Map<Table, List<Row>> readAlong) {
		this.runtime = runtime;
		this.activation = activation;
		this.readAlong = new HashMap<>(readAlong);
	}

	/**
	 * Forgets what is scheduled, since some of it did not come about. The timer is set
	 * anew, since it may be that of a job that was not scheduled after all.
	 */
	void forget() {
		this.readAlong.clear();
		this.jobs = null;
		this.fires = null;
		if (!this.looking) {
			this.looking = this.activation.submit(new RunnableTurn(this.activation, (turn) -> {
				this.looking = false;
				arm();
				return null;
			}, (turn, failure) -> {
				this.looking = false;
				if (turn != null) {
					this.activation.agenda().lookLater();
				}
			}));
		}
	}

	private List<Row> read(Table table) {
		List<Row> rows = this.readAlong.remove(table);
		return (rows != null) ? rows : this.activation.live().rows(RowRange.all(table));
	}

	private Map<String, Job> jobs() {
		Map<String, Job> known = this.jobs;
		if (known == null) {
			known = new TreeMap<>();
			for (Row row : read(Table.SCHEDULE)) {
				Job job = Job.of(row);
				known.put(job.id(), job);
			}
			this.jobs = known;
		}
		return known;
	}

	private Instant now() {
		return this.runtime.clock().instant().truncatedTo(ChronoUnit.MILLIS);
	}

	@Override
	public String after(Duration delay, String action, @Nullable Object... args) {
		return at(later(delay), action, args);
	}

	@Override
	public String at(Instant instant, String action, @Nullable Object... args) {
		String id = UUID.randomUUID().toString();
		put(id, action, args, instant, null, null, null);
		return id;
	}

	@Override
	public void cron(String name, String expression, String action, @Nullable Object... args) {
		cron(name, expression, ZoneOffset.UTC, action, args);
	}

	@Override
	public void cron(String name, String expression, ZoneId zone, String action, @Nullable Object... args) {
		checkName(name);
		String cron = parse(expression);
		if (cron == null) {
			throw Errors.schedule("invalid_cron", "'%s' is no cron expression of five or six fields", expression);
		}
		Job first = new Job(name, action, new byte[0], Instant.EPOCH, cron, zone, null, 0).next(now());
		if (first == null) {
			throw Errors.schedule("invalid_cron", "'%s' has no time to come", expression);
		}
		put(name, action, args, first.dueAt(), cron, zone, null);
	}

	@Override
	public void every(String name, Duration interval, String action, @Nullable Object... args) {
		checkName(name);
		if (interval.compareTo(MIN_INTERVAL) < 0) {
			throw Errors.schedule("invalid_interval", "An interval must not be shorter than 5 seconds, got %s",
					interval);
		}
		put(name, action, args, later(interval), null, null, interval.truncatedTo(ChronoUnit.MILLIS));
	}

	private Instant later(Duration delay) {
		try {
			return now().plus(delay);
		}
		catch (DateTimeException | ArithmeticException ex) {
			throw tooFarAway(delay);
		}
	}

	private static RivetException tooFarAway(Object time) {
		return Errors.schedule("invalid_time", "That is too far away: %s", time);
	}

	private static void checkName(String name) {
		if (name.isEmpty() || name.length() > MAX_ID_LENGTH || name.startsWith(DeclaredJob.PREFIX)
				|| name.indexOf(0) >= 0) {
			throw Errors.schedule("invalid_name",
					"The name of a job has 1 to 255 characters other than NUL and does not begin with '@', got '%s'",
					name);
		}
	}

	/**
	 * Returns a cron expression with six fields, or {@code null} if it is none.
	 */
	static @Nullable String parse(String expression) {
		String trimmed = expression.trim();
		String six = (StringUtils.tokenizeToStringArray(trimmed, " ").length == 5) ? "0 " + trimmed : trimmed;
		return (six.length() <= MAX_ID_LENGTH && CronExpression.isValidExpression(six)) ? six : null;
	}

	private void put(String id, String action, @Nullable Object[] args, Instant dueAt, @Nullable String cron,
			@Nullable ZoneId zone, @Nullable Duration interval) {
		Turn turn = this.activation.turn();
		ActorMethod method = this.activation.type().actions().get(action);
		if (method == null) {
			throw Errors.schedule("unknown_action", "The actor has no action '%s'", action);
		}
		if (method.needsConnection()) {
			throw Errors.schedule("needs_connection",
					"Action '%s' declares a Connection, which must be @Nullable for an action without a caller",
					action);
		}
		Job before = jobs().get(id);
		if (before == null && jobs().size() >= this.activation.type().options().maxSchedules()) {
			throw Errors.schedule("too_many", "An actor has at most %s scheduled jobs",
					this.activation.type().options().maxSchedules());
		}
		ArrayNode tree = this.runtime.wire().createArrayNode();
		for (Object arg : args) {
			tree.add(this.runtime.wire().<JsonNode>valueToTree(arg));
		}
		boolean sameTimes = before != null && before.isRecurring() && Objects.equals(before.cron(), cron)
				&& Objects.equals(before.zone(), zone) && Objects.equals(before.interval(), interval);
		Instant first = (before != null && sameTimes) ? before.dueAt() : stored(dueAt);
		write(turn, new Job(id, action, this.runtime.inputs().write(tree), first, cron, zone, interval,
				(before != null) ? before.history() : DEFAULT_HISTORY));
	}

	/**
	 * Returns a time as it is stored, so that it is the same when it is read again.
	 */
	private static Instant stored(Instant time) {
		try {
			return Instant.ofEpochMilli(time.toEpochMilli());
		}
		catch (ArithmeticException ex) {
			throw tooFarAway(time);
		}
	}

	private void write(Turn turn, Job job) {
		jobs().put(job.id(), job);
		turn.write(job.row());
		arm();
	}

	@Override
	public void keepHistory(String name, int fires) {
		Assert.isTrue(fires >= 0 && fires <= MAX_HISTORY, () -> "A history has 0 to " + MAX_HISTORY + " entries");
		Turn turn = this.activation.turn();
		Job job = jobs().get(name);
		if (job != null) {
			write(turn, job.keeping(fires));
		}
	}

	@Override
	public Optional<ScheduledJob> get(String id) {
		this.activation.turn();
		return Optional.ofNullable(jobs().get(id)).map(Job::describe);
	}

	@Override
	public List<ScheduledJob> list() {
		this.activation.turn();
		return jobs().values().stream().sorted(Comparator.comparing(Job::dueAt)).map(Job::describe).toList();
	}

	@Override
	public boolean cancel(String id) {
		Turn turn = this.activation.turn();
		Job job = jobs().remove(id);
		if (job != null) {
			turn.write(job.deleted());
		}
		return job != null;
	}

	@Override
	public List<ScheduledFire> history(String id) {
		this.activation.turn();
		return fires().values().stream().filter((row) -> row.text(0).equals(id)).map(Schedules::describe).toList();
	}

	private static ScheduledFire describe(Row row) {
		return new ScheduledFire(row.text(0), row.text(1), Instant.ofEpochMilli(row.number(2)),
				Instant.ofEpochMilli(row.number(3)),
				(row.value(4) != null) ? Instant.ofEpochMilli(row.number(4)) : null,
				Result.valueOf(row.text(5).toUpperCase(Locale.ROOT)), (String) row.value(6));
	}

	private TreeMap<Long, Row> fires() {
		TreeMap<Long, Row> known = this.fires;
		if (known == null) {
			known = new TreeMap<>();
			for (Row row : read(Table.FIRE)) {
				boolean interrupted = row.text(5).equals("running") && !this.running.contains(row.text(0));
				known.put((Long) row.id().key(), interrupted ? interrupted(row) : row);
			}
			this.fires = known;
		}
		return known;
	}

	/**
	 * Returns what has become of an action that still ran when the actor ended.
	 */
	private static Row interrupted(Row row) {
		return Row.of(Table.FIRE, row.id().key(), row.text(0), row.text(1), row.number(2), row.number(3), null, "error",
				"The actor ended before the action did");
	}

	/**
	 * Brings what annotations say into line with what is scheduled.
	 */
	void declare(Turn turn, List<DeclaredJob> declared) {
		Set<String> ids = new HashSet<>();
		for (DeclaredJob job : declared) {
			ids.add(job.id());
			Job before = jobs().get(job.id());
			if (before == null || !Objects.equals(before.cron(), job.cron())
					|| !Objects.equals(before.zone(), job.zone())
					|| !Objects.equals(before.interval(), job.interval())) {
				Duration interval = job.interval();
				byte[] none = this.runtime.inputs().write(this.runtime.wire().createArrayNode());
				Job made = new Job(job.id(), job.action(), none, Instant.EPOCH, job.cron(), job.zone(), interval,
						DEFAULT_HISTORY);
				Job first = (interval != null) ? made.dueAt(now().plus(interval)) : made.next(now());
				if (first != null) {
					write(turn, first);
				}
			}
		}
		for (Job job : List.copyOf(jobs().values())) {
			if (job.id().startsWith(DeclaredJob.PREFIX) && !ids.contains(job.id())) {
				jobs().remove(job.id());
				turn.write(job.deleted());
			}
		}
	}

	/**
	 * Returns when the actor has to wake for its jobs, if it has any.
	 */
	@Nullable Instant wakeAt() {
		return jobs().values().stream().map(Job::dueAt).min(Instant::compareTo).orElse(null);
	}

	/**
	 * Returns whether something is due or being run.
	 */
	boolean isBusy() {
		Instant next = wakeAt();
		return this.firing || !this.running.isEmpty() || (next != null && !next.isAfter(now()));
	}

	/**
	 * Sees to it that the next job is run when it is due.
	 */
	void arm() {
		if (this.timer != null) {
			this.timer.cancel(false);
			this.timer = null;
		}
		Instant next = wakeAt();
		if (next == null || this.firing) {
			return;
		}
		Duration delay = Duration.between(this.runtime.clock().instant(), next);
		long rest = this.restUntil - System.nanoTime();
		if (!delay.isNegative() && !delay.isZero()) {
			// far-off times are looked at again
			long nanos = Math.min(delay.toMillis() + 1, Duration.ofDays(1).toMillis()) * 1_000_000;
			this.timer = this.runtime.schedule(this::fire, Math.max(nanos, rest));
		}
		else if (rest > 0) {
			this.timer = this.runtime.schedule(this::fire, rest);
		}
		else {
			fire();
		}
	}

	private void fire() {
		if (!this.firing) {
			this.firing = true;
			if (!this.activation.submit(new Firing())) {
				this.firing = false;
			}
		}
	}

	/**
	 * Forgets the timer, since the actor ends.
	 */
	void close() {
		if (this.timer != null) {
			this.timer.cancel(false);
		}
	}

	private void consume(Turn turn, Job job, Instant now) {
		Job next = job.next(now);
		if (next != null) {
			jobs().put(job.id(), next);
			turn.write(next.row());
		}
		else {
			jobs().remove(job.id());
			turn.write(job.deleted());
		}
	}

	/**
	 * Notes what becomes of a time at which a job is due, and forgets the oldest ones.
	 */
	private void note(Turn turn, long id, Job job, Instant firedAt, @Nullable Instant finishedAt, Result result,
			@Nullable Throwable error) {
		String text = (error != null) ? String.valueOf(error).replace('\0', ' ') : null;
		Row row = Row.of(Table.FIRE, id, job.id(), job.action(), job.dueAt().toEpochMilli(), firedAt.toEpochMilli(),
				(finishedAt != null) ? finishedAt.toEpochMilli() : null, result.name().toLowerCase(Locale.ROOT),
				(text != null && text.length() > 1000) ? text.substring(0, 1000) : text);
		TreeMap<Long, Row> all = fires();
		all.put(id, row);
		turn.write(row);
		List<Long> same = all.values()
			.stream()
			.filter((other) -> job.isRecurring() ? other.text(0).equals(job.id())
					: other.text(1).equals(job.action()) && !isRecurring(other.text(0)))
			.map((other) -> (Long) other.id().key())
			.toList();
		for (int i = 0; i < same.size() - job.history(); i++) {
			all.remove(same.get(i));
			turn.write(Row.deleted(Table.FIRE, same.get(i)));
		}
		while (all.size() > MAX_FIRES) {
			turn.write(Row.deleted(Table.FIRE, all.pollFirstEntry().getKey()));
		}
	}

	private boolean isRecurring(String id) {
		Job known = jobs().get(id);
		return known != null && known.isRecurring();
	}

	private long nextFire(Instant now) {
		long last = fires().isEmpty() ? 0 : fires().lastKey();
		this.lastFire = Math.max(Math.max(last, this.lastFire) + 1, now.toEpochMilli() * 1000);
		return this.lastFire;
	}

	/**
	 * The turn in which a job that is due is run.
	 */
	private final class Firing extends TurnQueue.Entry {

		private final Activation activation = Schedules.this.activation;

		@Override
		public void run() {
			Schedules.this.firing = false;
			if (this.activation.ready() != null) {
				return;
			}
			Turn turn = new Turn(this.activation, null, false);
			try {
				turn.beginSegment();
				Instant now = now();
				Job due = jobs().values()
					.stream()
					.filter((job) -> !job.dueAt().isAfter(now))
					.min(Comparator.comparing(Job::dueAt))
					.orElse(null);
				if (due != null) {
					fire(turn, due, now);
				}
				else {
					turn.end(null);
				}
			}
			catch (Throwable ex) {
				logger.warn("The jobs of actor %s could not be run: %s".formatted(this.activation.id(), ex));
				turn.discard();
				forget();
				this.activation.agenda().lookLater();
			}
			if (!this.activation.isEnding()) {
				armAgain();
			}
			this.activation.turnEnded();
		}

		private void armAgain() {
			try {
				arm();
			}
			catch (RuntimeException ex) {
				logger.warn("The jobs of actor %s could not be read: %s".formatted(this.activation.id(), ex));
				this.activation.agenda().lookLater();
			}
		}

		private void fire(Turn turn, Job job, Instant now) {
			ActorMethod action = this.activation.type().actions().get(job.action());
			if (action == null) {
				logger.warn("Actor %s has no action '%s' any more: job '%s' is deleted".formatted(this.activation.id(),
						job.action(), job.id()));
				jobs().remove(job.id());
				turn.write(job.deleted());
				turn.end(null);
				return;
			}
			long id = nextFire(now);
			consume(turn, job, now);
			if (!Schedules.this.running.add(job.id())) {
				note(turn, id, job, now, now, Result.SKIPPED, null);
				turn.end(null);
				return;
			}
			note(turn, id, job, now, null, Result.RUNNING, null);
			// others may be due while the action waits
			arm();
			try {
				this.activation.ownCalls()
					.fire(turn, action, (ArrayNode) Schedules.this.runtime.inputs().read(job.args()),
							new FireInfo(job.id(), job.dueAt(), now, job.isRecurring()));
				if (turn.isRolledBack()) {
					turn.discard();
					consumeAnew(id, job, now, Result.OK, null);
					return;
				}
				note(turn, id, job, now, now(), Result.OK, null);
				turn.end(null);
			}
			catch (Throwable ex) {
				failed(turn, id, job, now, ex);
			}
			finally {
				Schedules.this.running.remove(job.id());
			}
		}

		private void failed(Turn turn, long id, Job job, Instant now, Throwable failure) {
			turn.discard();
			forget();
			Throwable cause = Errors.unwrap(failure);
			if (cause instanceof StoreException || cause instanceof CommitFailedException
					|| this.activation.isClosed()) {
				Schedules.this.restUntil = System.nanoTime() + PAUSE;
				this.activation.agenda().lookLater();
				return;
			}
			if (Errors.isOverloaded(cause) && ifStillDue(job) != null) {
				logger.warn("Job '%s' of actor %s is run later: %s".formatted(job.id(), this.activation.id(),
						cause.getMessage()));
				Schedules.this.restUntil = System.nanoTime() + PAUSE;
				return;
			}
			logger.error("Action '%s' of job '%s' of actor %s failed".formatted(job.action(), job.id(),
					this.activation.id()), cause);
			consumeAnew(id, job, now, Result.ERROR, cause);
		}

		/**
		 * Returns a job as it is now if no segment has consumed it.
		 */
		private @Nullable Job ifStillDue(Job job) {
			Job current = jobs().get(job.id());
			return (current != null && current.dueAt().equals(job.dueAt())) ? current : null;
		}

		/**
		 * Consumes a job when what its action changed was dropped, unless a segment
		 * before has done it.
		 */
		private void consumeAnew(long id, Job job, Instant now, Result result, @Nullable Throwable cause) {
			Turn turn = new Turn(this.activation, null, false);
			turn.beginSegment();
			Job current = ifStillDue(job);
			if (current != null) {
				consume(turn, current, now);
			}
			note(turn, id, job, now, now(), result, cause);
			turn.end(null);
		}

	}

}
