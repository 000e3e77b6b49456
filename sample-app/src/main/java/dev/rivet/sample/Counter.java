package dev.rivet.sample;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.State;

/**
 * The hello-world of actors.
 */
@Actor("counter")
class Counter {

	@State
	private long count;

	@Action
	long count() {
		return this.count;
	}

	@Action
	long increment(long amount, ActorContext context) {
		this.count += amount;
		context.broadcast("count", this.count);
		return this.count;
	}

}
