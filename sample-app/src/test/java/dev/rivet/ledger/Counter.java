package dev.rivet.ledger;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.State;

import org.springframework.transaction.annotation.Transactional;

/**
 * A counter whose entries must add up to its count.
 */
@Actor("counter")
class Counter {

	private final Entries entries;

	@State
	private long count;

	Counter(Entries entries) {
		this.entries = entries;
	}

	@Action
	@Transactional
	long increment(long amount, ActorContext context) {
		this.count += amount;
		this.entries.add(context.actorId(), amount);
		return this.count;
	}

	@Action
	long difference(ActorContext context) {
		return this.count - this.entries.total(context.actorId());
	}

}
