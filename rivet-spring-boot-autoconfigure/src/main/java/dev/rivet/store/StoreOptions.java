package dev.rivet.store;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * How a store behaves where there is a choice.
 *
 * @param lease how long this node stays the owner of its actors without being heard of;
 * it is renewed three times as often
 * @param outcomeTimeout how long a commit is repeated whose outcome is unknown or that
 * others are in the way of
 * @param sync whether each group commit is followed by a {@code CHECKPOINT SYNC} on H2,
 * which does not reach the disk otherwise
 */
public record StoreOptions(Duration lease, Duration outcomeTimeout, boolean sync) {

	public StoreOptions {
		Assert.isTrue(!lease.isNegative() && !lease.isZero(), "'lease' must be positive");
		Assert.isTrue(!outcomeTimeout.isNegative(), "'outcomeTimeout' must not be negative");
	}

	public static StoreOptions defaults() {
		return new StoreOptions(Duration.ofSeconds(15), Duration.ofSeconds(10), false);
	}

}
