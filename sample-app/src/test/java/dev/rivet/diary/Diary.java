package dev.rivet.diary;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.OnSleep;
import dev.rivet.actor.QueueMessage;
import dev.rivet.actor.QueueReceive;
import dev.rivet.actor.State;

/**
 * Notes what happens to it, to the last.
 */
@Actor("diary")
class Diary {

	@State
	private final List<String> lines = new ArrayList<>();

	private boolean writing;

	@Action
	void write(String line) {
		this.lines.add(line);
	}

	@Action
	void writeSlowly(String line, ActorContext context) {
		this.writing = true;
		context.delay(Duration.ofSeconds(1));
		this.lines.add(line);
	}

	@Action
	boolean isWriting() {
		return this.writing;
	}

	@Action
	void writeLater(String line, long seconds, ActorContext context) {
		context.schedule().after(Duration.ofSeconds(seconds), "write", line);
	}

	@Action
	void copyLetters(ActorContext context) {
		for (QueueMessage letter : context.queue().tryNextBatch(10, QueueReceive.from("letters"))) {
			this.lines.add(String.valueOf(letter.body(String.class)));
		}
	}

	@OnSleep
	void sleep() {
		this.lines.add("good night");
	}

	@Action
	List<String> read() {
		return this.lines;
	}

}
