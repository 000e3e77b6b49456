package dev.rivet.conformance;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;

/**
 * Takes longer than anybody waits.
 */
@Actor(name = "slow", actionTimeout = "500ms")
class Slow {

	@Action
	void never() throws InterruptedException {
		new CountDownLatch(1).await();
	}

	@Action
	CompletionStage<String> neverDone() {
		return new CompletableFuture<>();
	}

	@Action
	String quick() {
		return "quick";
	}

}
