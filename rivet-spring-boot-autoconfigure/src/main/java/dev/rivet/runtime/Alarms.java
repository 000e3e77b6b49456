package dev.rivet.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import dev.rivet.store.Alarm;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the actors that have to wake and that no node has in memory. It looks for them
 * each second, a second ahead, and is told of those that fall asleep here. Those that
 * this node owns are in memory, unless they were given up after a fault: as there may be
 * many whose alarm is due while they are awake, they are read less often.
 */
final class Alarms {

	private static final Log logger = LogFactory.getLog(Alarms.class);

	private static final Duration AHEAD = Duration.ofSeconds(1);

	private static final int LOOKS_PER_LOOK_AT_OWNED = 5;

	private static final int PAGE = 500;

	/**
	 * So many wake at a time, that those who call other actors do not wait for all.
	 */
	private static final int AT_A_TIME = 256;

	private final ActorRuntime runtime;

	private final ThreadFactory threads;

	private volatile ScheduledThreadPoolExecutor thread;

	private final Semaphore waking = new Semaphore(AT_A_TIME);

	private boolean failing;

	private int looks;

	Alarms(ActorRuntime runtime, ThreadFactory threads) {
		this.runtime = runtime;
		this.threads = threads;
		this.thread = new ScheduledThreadPoolExecutor(0, threads);
	}

	void start() {
		stop();
		this.thread = new ScheduledThreadPoolExecutor(1, this.threads);
		this.thread.scheduleWithFixedDelay(this::look, 0, AHEAD.toMillis(), TimeUnit.MILLISECONDS);
	}

	void stop() {
		// not interrupting it, since an embedded database may close with what it does
		this.thread.shutdown();
	}

	/**
	 * Notes that an actor that is no more in memory has to wake.
	 */
	void add(String actorId, Instant at) {
		Duration delay = Duration.between(this.runtime.clock().instant(), at);
		if (delay.compareTo(AHEAD) <= 0) {
			try {
				this.thread.schedule(() -> wake(actorId), Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				// whoever comes next finds it
			}
		}
	}

	/**
	 * Notes that an actor sleeps.
	 */
	void asleep(String actorId, @Nullable Instant alarm) {
		if (alarm != null) {
			add(actorId, alarm);
		}
	}

	private void look() {
		try {
			look(this.runtime.clock().instant().plus(AHEAD), this.looks++ % LOOKS_PER_LOOK_AT_OWNED == 0);
			this.failing = false;
		}
		catch (RuntimeException ex) {
			if (!this.failing && this.runtime.isRunning()) {
				logger.warn("Alarms could not be read and are looked for again: " + ex.getMessage());
			}
			this.failing = true;
		}
	}

	private List<CompletableFuture<?>> look(Instant until, boolean owned) {
		List<CompletableFuture<?>> awake = new ArrayList<>();
		Alarm last = null;
		List<Alarm> page;
		do {
			page = this.runtime.store().alarms(until, last, PAGE, owned);
			Instant now = this.runtime.clock().instant();
			for (Alarm alarm : page) {
				last = alarm;
				if (alarm.at().isAfter(now)) {
					add(alarm.actorId(), alarm.at());
				}
				else {
					CompletableFuture<?> woken = wake(alarm.actorId());
					if (woken != null) {
						awake.add(woken);
					}
				}
			}
		}
		while (page.size() == PAGE);
		return awake;
	}

	private @Nullable CompletableFuture<?> wake(String actorId) {
		if (!this.runtime.isRunning() || this.runtime.administration().isAwake(actorId)) {
			return null;
		}
		try {
			this.waking.acquire();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
		return this.runtime.administration().wake(actorId).whenComplete((nothing, failure) -> this.waking.release());
	}

	/**
	 * Wakes all that have to be awake by now.
	 * @return completes when they are, or cannot be woken or have been destroyed
	 */
	CompletableFuture<?> wakeDue() {
		return CompletableFuture.supplyAsync(() -> look(this.runtime.clock().instant(), true), this.thread)
			.thenCompose((awake) -> CompletableFuture.allOf(awake.stream()
				.map((woken) -> woken.exceptionally((failure) -> null))
				.toArray(CompletableFuture[]::new)));
	}

}
