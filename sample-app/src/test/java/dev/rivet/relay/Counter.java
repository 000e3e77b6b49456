package dev.rivet.relay;

import java.time.Duration;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Kv;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.QueueReceive;
import dev.rivet.actor.Run;
import dev.rivet.actor.State;

/**
 * Counts what it has accepted, and three times more what became of that: by its run loop,
 * by a listener and by alarms.
 */
@Actor("counter")
class Counter {

	@State
	private long accepted;

	@State
	private long looped;

	@State
	private long listened;

	@State
	private long alarmed;

	@Action
	long increment(long amount, ActorContext context) {
		if (amount != 0) {
			this.accepted += amount;
			context.queue().send("loop", amount);
			context.queue().send("listen", amount);
			context.schedule().after(Duration.ofMillis(this.accepted % 50), "alarm", amount);
			context.kv().put("accepted/" + this.accepted, "");
		}
		return this.accepted;
	}

	@Run
	void run(ActorContext context) {
		for (var message : context.queue().iterate(QueueReceive.from("loop"))) {
			Long amount = message.body(Long.class);
			this.looped += (amount != null) ? amount : 0;
		}
	}

	@QueueListener("listen")
	void listen(long amount) {
		this.listened += amount;
	}

	@Action
	void alarm(long amount, ActorContext context) {
		this.alarmed += amount;
		context.kv().put("alarmed/" + this.alarmed, "");
	}

	/**
	 * How much is still to be done; zero when everything accepted was done exactly once.
	 */
	@Action
	long difference(ActorContext context) {
		long entries = context.kv().list(Kv.Range.prefix("a").limitedTo(1_000_000)).size();
		return Math.abs(this.accepted - this.looped) + Math.abs(this.accepted - this.listened)
				+ Math.abs(this.accepted - this.alarmed) + Math.abs(2 * this.accepted - entries);
	}

}
