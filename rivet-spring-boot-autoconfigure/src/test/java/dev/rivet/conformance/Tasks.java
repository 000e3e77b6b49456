package dev.rivet.conformance;

import java.util.ArrayList;
import java.util.List;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.CanPublish;
import dev.rivet.actor.Connection;
import dev.rivet.actor.Queue;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.QueueMessage;
import dev.rivet.actor.QueueReceive;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;

/**
 * Works off messages.
 */
@Actor("tasks")
@Queue(name = "numbers", body = Integer.class)
class Tasks {

	@State
	private final List<Object> done = new ArrayList<>();

	@CanPublish("guarded")
	boolean mayPublish(Connection connection) {
		Identified identified = connection.parameters(Identified.class);
		return identified != null && "letmein".equals(identified.password());
	}

	@QueueListener("numbers")
	int twice(int number) {
		this.done.add(number);
		return 2 * number;
	}

	@QueueListener(value = "poison", attempts = 1)
	void fail() {
		throw new UserError("poisoned", "No antidote");
	}

	@QueueListener("guarded")
	void guarded(Object body) {
		this.done.add(body);
	}

	@Action
	List<Object> done() {
		return this.done;
	}

	@Action
	List<Object> received(String queue, ActorContext context) {
		List<Object> bodies = new ArrayList<>();
		for (QueueMessage message : context.queue().tryNextBatch(100, QueueReceive.from(queue))) {
			bodies.add(message.body(Object.class));
		}
		return bodies;
	}

	record Identified(String password) {
	}

}
