package dev.rivet.runtime;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/**
 * Makes ids of actors: UUIDs of version 7, which begin with the time so that new rows
 * stand together in an index.
 */
final class ActorIds {

	private final SecureRandom random = new SecureRandom();

	private final Clock clock;

	ActorIds(Clock clock) {
		this.clock = clock;
	}

	String next() {
		long high = (this.clock.millis() << 16) | 0x7000 | this.random.nextInt(0x1000);
		long low = (this.random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
		return new UUID(high, low).toString();
	}

}
