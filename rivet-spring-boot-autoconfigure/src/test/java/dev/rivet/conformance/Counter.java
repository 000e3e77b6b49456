package dev.rivet.conformance;

import java.util.List;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;

@Actor("counter")
class Counter {

	@State
	private int count;

	@Action
	int increment(int amount) {
		this.count += amount;
		return this.count;
	}

	@Action
	int value() {
		return this.count;
	}

	@Action
	void reset() {
		this.count = 0;
	}

	@Action
	void incrementAndRefuse(int amount) {
		this.count += amount;
		throw new UserError("changed_my_mind", "Changed my mind");
	}

	@Action
	void selfDestruct(ActorContext context) {
		context.destroy();
	}

	@Action
	String destroy(ActorContext context) {
		context.destroy();
		return "gone";
	}

	@Action
	void destroyAndFail(ActorContext context) {
		context.destroy();
		throw new UserError("changed_my_mind", "Changed my mind");
	}

	@Action
	Identity whoAmI(ActorContext context) {
		return Identity.of(context);
	}

	int notAnAction() {
		return this.count;
	}

	/**
	 * Who an actor is.
	 */
	record Identity(String actorId, String name, List<String> key) {

		static Identity of(ActorContext context) {
			return new Identity(context.actorId(), context.name(), context.key().parts());
		}

	}

}
