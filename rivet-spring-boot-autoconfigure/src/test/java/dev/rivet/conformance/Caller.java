package dev.rivet.conformance;

import java.util.List;
import java.util.Map;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.ActorOptions;

/**
 * Calls other actors.
 */
@Actor("caller")
class Caller {

	@Action
	int incrementOther(List<String> key, int amount, ActorContext context) {
		return other("counter", key, context).call(Integer.class, "increment", amount);
	}

	@Action
	void failThere(List<String> key, ActorContext context) {
		other("failing", key, context).call(Void.class, "refuse", "teapot", "I am a teapot", Map.of("cups", 2));
	}

	@Action
	int bounce(int times, List<String> key, ActorContext context) {
		return (times == 0) ? 0
				: 1 + other("caller", key, context).call(Integer.class, "bounce", times - 1, context.key().parts());
	}

	private static ActorHandle other(String name, List<String> key, ActorContext context) {
		return context.client().getOrCreate(name, key, ActorOptions.NONE);
	}

}
