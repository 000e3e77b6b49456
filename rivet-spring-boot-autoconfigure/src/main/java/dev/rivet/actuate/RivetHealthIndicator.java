package dev.rivet.actuate;

import dev.rivet.runtime.ActorRuntime;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Whether this node answers for its actors: out of service from the moment its lease has
 * run out, as when the database is away, until it has one again.
 */
final class RivetHealthIndicator extends AbstractHealthIndicator {

	private final ActorRuntime runtime;

	RivetHealthIndicator(ActorRuntime runtime) {
		this.runtime = runtime;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.status(this.runtime.isServing() ? Status.UP : Status.OUT_OF_SERVICE);
	}

}
