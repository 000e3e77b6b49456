package dev.rivet.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until it is moved. It is in UTC.
 */
public final class TestClock extends Clock {

	private final AtomicReference<Instant> now;

	private final ZoneId zone;

	TestClock() {
		this(new AtomicReference<>(Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS)), ZoneOffset.UTC);
	}

	private TestClock(AtomicReference<Instant> now, ZoneId zone) {
		this.now = now;
		this.zone = zone;
	}

	/**
	 * Moves the clock. What is due then runs when somebody looks:
	 * {@link TestActors#runDue()} and {@link TestActors#advance(Duration)} do at once;
	 * for sleeping actors, the runtime does every second.
	 * @param instant the time that it shows from now on
	 */
	public void set(Instant instant) {
		this.now.set(instant);
	}

	/**
	 * Moves the clock forward.
	 * @param duration how far
	 * @see #set(Instant)
	 */
	public void advance(Duration duration) {
		this.now.updateAndGet((instant) -> instant.plus(duration));
	}

	@Override
	public Instant instant() {
		return Objects.requireNonNull(this.now.get());
	}

	@Override
	public ZoneId getZone() {
		return this.zone;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		return new TestClock(this.now, zone);
	}

}
