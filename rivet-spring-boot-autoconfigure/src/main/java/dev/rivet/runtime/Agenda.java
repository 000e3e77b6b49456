package dev.rivet.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.rivet.client.RivetException;
import dev.rivet.store.Row;
import dev.rivet.store.Table;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What an actor does without being called: its mailbox and its schedules, and the alarm
 * that wakes it for them.
 * <p>
 * Fields that are not volatile belong to the thread that has the turn.
 */
final class Agenda {

	private static final Log logger = LogFactory.getLog(Agenda.class);

	private static final long LOOK_PAUSE = TimeUnit.SECONDS.toNanos(1);

	private static final long DUE_PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

	private static final Duration RETRY_OF_START = Duration.ofMinutes(1);

	private final ActorRuntime runtime;

	private final Activation activation;

	private volatile @Nullable Mailbox mailbox;

	private volatile @Nullable Schedules schedules;

	private volatile @Nullable Instant alarm;

	private boolean hadAlarm;

	/**
	 * Creates an agenda.
	 * @param runtime the runtime
	 * @param activation the actor
	 * @param alarm the alarm that is stored, if any
	 * @param readAlong all rows of the actor in tables that were read with its claim
	 */
	Agenda(ActorRuntime runtime, Activation activation, @Nullable Instant alarm, Map<Table, List<Row>> readAlong) {
		this.runtime = runtime;
		this.activation = activation;
		this.alarm = alarm;
		this.hadAlarm = alarm != null;
		if (!readAlong.isEmpty()) {
			this.schedules = new Schedules(runtime, activation, readAlong);
		}
	}

	Mailbox mailbox() {
		Mailbox known = this.mailbox;
		if (known == null) {
			known = new Mailbox(this.runtime, this.activation);
			this.mailbox = known;
		}
		return known;
	}

	Schedules schedules() {
		Schedules known = this.schedules;
		if (known == null) {
			known = new Schedules(this.runtime, this.activation, Map.of());
			this.schedules = known;
		}
		return known;
	}

	/**
	 * Returns when the stored alarm goes off, if there is one.
	 */
	@Nullable Instant alarm() {
		return this.alarm;
	}

	/**
	 * Begins to work it off, now that the actor has started.
	 */
	void start(ActorType type) {
		if (this.schedules != null) {
			this.schedules.arm();
		}
		if (type.queues().hasListeners()) {
			mailbox().handleNext();
		}
	}

	/**
	 * Takes messages back that the turn that ends has received and not completed.
	 */
	void turnEnded() {
		if (this.mailbox != null) {
			this.mailbox.takeBack();
		}
	}

	/**
	 * Returns how many senders wait until their messages are completed.
	 */
	int waitingSenders() {
		return (this.mailbox != null) ? this.mailbox.waitingSenders() : 0;
	}

	/**
	 * Ends the waits of senders, since the actor is to sleep or its clients are to go.
	 */
	void endWaits() {
		if (this.mailbox != null) {
			this.mailbox.endWaits();
		}
	}

	/**
	 * Forgets what is remembered of rows, since some of it did not come about.
	 */
	void forget() {
		if (this.mailbox != null) {
			this.mailbox.forget();
		}
		if (this.schedules != null) {
			this.schedules.forget();
		}
		this.alarm = null;
	}

	/**
	 * Ends, with the actor.
	 * @param error why the actor cannot be used any more, or {@code null} if it sleeps
	 */
	void close(@Nullable RivetException error) {
		if (this.mailbox != null) {
			this.mailbox.close(error);
		}
		if (this.schedules != null) {
			this.schedules.close();
		}
	}

	/**
	 * Sees to it that the actor is woken in time should it be forgotten, when a segment
	 * has written rows. It may be woken in vain, too.
	 */
	void lowerAlarm(Turn turn) {
		Instant stored = this.alarm;
		if (stored != null && !stored.isAfter(this.runtime.clock().instant())) {
			return;
		}
		Instant needed = wakeAt();
		if (needed != null && (stored == null || needed.isBefore(stored))) {
			this.alarm = needed;
			this.hadAlarm = true;
			turn.write(alarm(needed));
		}
	}

	/**
	 * Returns when the actor has to wake, as far as that is known here.
	 */
	private @Nullable Instant wakeAt() {
		Instant job = (this.schedules != null) ? this.schedules.wakeAt() : null;
		Instant message = (this.mailbox != null) ? this.mailbox.wakeAt() : null;
		return (job == null || (message != null && message.isBefore(job))) ? message : job;
	}

	/**
	 * Returns what is written when the actor falls asleep.
	 */
	List<Row> lastRows() {
		if (!this.hadAlarm) {
			return List.of();
		}
		schedules();
		mailbox();
		try {
			Instant needed = wakeAt();
			this.alarm = needed;
			return List.of((needed != null) ? alarm(needed) : Row.deleted(Table.ALARM, ""));
		}
		catch (RuntimeException ex) {
			logger.warn("Actor %s may wake in vain, since its alarms could not be read".formatted(this.activation.id()),
					ex);
			return List.of();
		}
	}

	/**
	 * Returns what is written when the actor could not be started: it is tried again. A
	 * new one has no alarm yet, but may have jobs by its declaration.
	 */
	List<Row> rowsOfFailedStart() {
		ActorType type = this.activation.typeIfKnown();
		boolean hasJobs = this.alarm != null || (type != null && !type.jobs().isEmpty());
		return hasJobs ? List.of(alarm(this.runtime.clock().instant().plus(RETRY_OF_START))) : List.of();
	}

	private static Row alarm(Instant at) {
		return Row.of(Table.ALARM, "", at.toEpochMilli());
	}

	/**
	 * Lets messages be received and jobs be run that were thought to be.
	 */
	void lookLater() {
		if (this.mailbox != null || this.schedules != null) {
			this.activation.submitLater(new RunnableTurn(this.activation, (turn) -> {
				if (this.mailbox != null) {
					this.mailbox.arrived();
				}
				if (this.schedules != null) {
					this.schedules.arm();
				}
				return null;
			}, (turn, failure) -> lookLater()), LOOK_PAUSE);
		}
	}

	/**
	 * Does what is due by now.
	 * @param done completes when it is done and durable, or when the activation has ended
	 */
	void runDue(CompletableFuture<@Nullable Void> done) {
		this.activation.submitDue(done, (turn) -> {
			if (startDue()) {
				this.runtime.schedule(() -> runDue(done), DUE_PAUSE);
				return null;
			}
			return new Emission() {

				@Override
				void leave() {
					done.complete(null);
				}

				@Override
				void fail(Loss loss) {
					runDue(done);
				}

			};
		});
	}

	private boolean startDue() {
		boolean busy = false;
		if (this.schedules != null) {
			this.schedules.arm();
			busy = this.schedules.isBusy();
		}
		if (this.mailbox != null) {
			this.mailbox.handleNext();
			busy |= this.mailbox.isHandling();
		}
		return busy;
	}

}
