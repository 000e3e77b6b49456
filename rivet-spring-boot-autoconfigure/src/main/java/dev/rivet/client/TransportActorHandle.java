package dev.rivet.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * An {@link ActorHandle} over an {@link ActorTransport}.
 */
final class TransportActorHandle extends TransportActorCalls implements ActorHandle {

	private final TransportRivetClient client;

	private final @Nullable JsonNode parameters;

	TransportActorHandle(TransportRivetClient client, ActorAddress actor, @Nullable JsonNode parameters) {
		super(client.transport(), client.mapper(), actor);
		this.client = client;
		this.parameters = parameters;
	}

	@Override
	public String resolve() {
		return await(() -> this.transport.resolve(this.actor));
	}

	@Override
	public void destroy() {
		await(() -> this.transport.destroy(this.actor));
	}

	@Override
	public ActorConnection connect() {
		return this.client.connect(this.actor, this.parameters);
	}

	@Override
	public void send(String queue, @Nullable Object body) {
		await(() -> send(queue, body, false, null));
	}

	@Override
	public CompletableFuture<@Nullable Void> sendAsync(String queue, @Nullable Object body) {
		return onCallbacks(send(queue, body, false, null)).thenAccept((result) -> {
		});
	}

	@Override
	public QueueResult sendAndWait(String queue, @Nullable Object body, Duration timeout) {
		return await(() -> send(queue, body, true, timeout));
	}

	@Override
	public CompletableFuture<QueueResult> sendAndWaitAsync(String queue, @Nullable Object body, Duration timeout) {
		return onCallbacks(send(queue, body, true, timeout));
	}

	private CompletableFuture<QueueResult> send(String queue, @Nullable Object body, boolean waits,
			@Nullable Duration timeout) {
		JsonNode tree;
		try {
			tree = this.mapper.valueToTree(body);
		}
		catch (JacksonException ex) {
			return CompletableFuture.failedFuture(failed("invalid_arguments", "The message cannot be sent", ex));
		}
		return this.transport.send(this.actor, queue, tree, waits, timeout, this.parameters);
	}

	@Override
	CompletableFuture<JsonNode> send(String action, ArrayNode args) {
		return this.transport.call(this.actor, action, args, this.parameters);
	}

}
