package dev.rivet.conformance;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Answers later.
 */
@Actor("stages")
class Stages {

	private final CompletableFuture<String> release = new CompletableFuture<>();

	private int waiting;

	@Action
	CompletionStage<String> later(String text) {
		return CompletableFuture.supplyAsync(() -> text);
	}

	@Action
	CompletionStage<@Nullable Void> laterNothing() {
		return CompletableFuture.runAsync(() -> {
		});
	}

	@Action
	CompletionStage<String> laterRefused() {
		return CompletableFuture.supplyAsync(() -> {
			throw new UserError("too_late", "Too late", Map.of("by", 3));
		});
	}

	@Action
	String waitForRelease(ActorContext context) {
		this.waiting++;
		return context.await(this.release);
	}

	@Action
	int waiting() {
		return this.waiting;
	}

	@Action
	void release(String text) {
		this.release.complete(text);
	}

	@Action
	String echo(String text) {
		return text;
	}

}
