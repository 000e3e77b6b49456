package dev.rivet.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * A server that a test plays, and whose time passes as the test says.
 */
class FakeTransport implements ActorTransport {

	static final String UNSENDABLE = "unsendable";

	private final Queue<Attempt> attempts = new ArrayDeque<>();

	private final Queue<Delayed> delayed = new ArrayDeque<>();

	Attempt nextAttempt() {
		Attempt attempt = this.attempts.poll();
		if (attempt == null) {
			throw new AssertionError("Nobody connects");
		}
		return attempt;
	}

	boolean hasAttempts() {
		return !this.attempts.isEmpty();
	}

	/**
	 * Lets what is to be done next be due.
	 * @return how much later than it was asked for it is to be done
	 */
	Duration pass() {
		Delayed next = this.delayed.remove();
		next.task().run();
		return next.delay();
	}

	/**
	 * Lets everything be due that is to be done by now.
	 */
	void passAll() {
		while (!this.delayed.isEmpty()) {
			pass();
		}
	}

	@Override
	public void after(Duration delay, Runnable task) {
		this.delayed.add(new Delayed(delay, task));
	}

	@Override
	public TransportConnection connect(ActorAddress actor, @Nullable JsonNode parameters, ConnectionListener listener) {
		Attempt attempt = new Attempt(listener);
		this.attempts.add(attempt);
		return attempt;
	}

	@Override
	public CompletableFuture<JsonNode> call(ActorAddress actor, String action, ArrayNode args,
			@Nullable JsonNode parameters) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<QueueResult> send(ActorAddress actor, String queue, JsonNode body, boolean waits,
			@Nullable Duration timeout, @Nullable JsonNode parameters) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<String> resolve(ActorAddress actor) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<String> create(String name, List<String> key, @Nullable JsonNode input) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<@Nullable Void> destroy(ActorAddress actor) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Executor callbacks() {
		return Runnable::run;
	}

	@Override
	public <T> T await(Supplier<CompletableFuture<T>> request) {
		return request.get().join();
	}

	/**
	 * An attempt to connect, and what comes over the connection.
	 */
	static final class Attempt implements TransportConnection {

		final ConnectionListener listener;

		private final Queue<String> messages = new ArrayDeque<>();

		Attempt(ConnectionListener listener) {
			this.listener = listener;
		}

		String nextMessage() {
			return String.valueOf(this.messages.poll());
		}

		boolean hasMessages() {
			return !this.messages.isEmpty();
		}

		@Override
		public void call(long id, String action, ArrayNode args) {
			if (action.equals(UNSENDABLE)) {
				throw new IllegalArgumentException("Wanted by the test");
			}
			this.messages.add("call " + id + " " + action + args);
		}

		@Override
		public void subscribe(String event, boolean subscribe) {
			this.messages.add((subscribe ? "subscribe " : "unsubscribe ") + event);
		}

		@Override
		public void close() {
			this.messages.add("close");
		}

	}

	/**
	 * What is to be done later.
	 */
	private record Delayed(Duration delay, Runnable task) {
	}

}
