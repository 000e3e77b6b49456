package dev.rivet.runtime;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.ConnectionListener;
import dev.rivet.client.QueueResult;
import dev.rivet.client.TransportConnection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The way from clients in this process, which may be actors themselves, to the actors of
 * a runtime.
 */
final class LocalTransport extends TurnTransport {

	private final ActorRuntime runtime;

	LocalTransport(ActorRuntime runtime) {
		this.runtime = runtime;
	}

	@Override
	public CompletableFuture<JsonNode> call(ActorAddress actor, String action, ArrayNode args,
			@Nullable JsonNode parameters) {
		if (!this.runtime.isRunning() && Turn.current() == null) {
			return CompletableFuture.failedFuture(Errors.restarting());
		}
		Object caller = this.runtime.captureCaller();
		CompletableFuture<JsonNode> reply = new CompletableFuture<>();
		OutgoingCall.make(reply, () -> this.runtime.dispatch(actor,
				new ActionInvocation(action, args, this.runtime.wire()), parameters, caller, null, reply));
		return reply;
	}

	@Override
	public CompletableFuture<QueueResult> send(ActorAddress actor, String queue, JsonNode body, boolean waits,
			@Nullable Duration timeout, @Nullable JsonNode parameters) {
		return this.runtime.send(actor, queue, body, waits, timeout, parameters, this.runtime.captureCaller(), null);
	}

	@Override
	public TransportConnection connect(ActorAddress actor, @Nullable JsonNode parameters, ConnectionListener listener) {
		return this.runtime.connect(actor, parameters, this.runtime.captureCaller(), null, listener);
	}

	@Override
	public Function<ConnectionListener, TransportConnection> connector(ActorAddress actor,
			@Nullable JsonNode parameters) {
		Object caller = this.runtime.captureCaller();
		return (listener) -> this.runtime.connect(actor, parameters, caller, null, listener);
	}

	@Override
	public CompletableFuture<String> resolve(ActorAddress actor) {
		return left(() -> this.runtime.find(actor).thenApply((found) -> found.actor().id()));
	}

	@Override
	public CompletableFuture<String> create(String name, List<String> key, @Nullable JsonNode input) {
		return left(() -> this.runtime.administration()
			.create(name, ActorDirectory.key(key), input, ActorAdministration.DEFAULT_CRASH_POLICY, false)
			.thenApply((created) -> created.actor().id()));
	}

	@Override
	public CompletableFuture<@Nullable Void> destroy(ActorAddress actor) {
		CompletableFuture<String> left = new CompletableFuture<>();
		OutgoingCall.make(left, () -> left.complete(""));
		return left.thenCompose((nothing) -> resolve(actor.existing()))
			.thenCompose(this.runtime.administration()::destroy);
	}

	@Override
	public Executor callbacks() {
		return this.runtime.callbacks();
	}

}
