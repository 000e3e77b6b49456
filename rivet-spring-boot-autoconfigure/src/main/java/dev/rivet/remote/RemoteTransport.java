package dev.rivet.remote;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.ConnectionListener;
import dev.rivet.client.QueueResult;
import dev.rivet.client.RivetException;
import dev.rivet.client.TransportConnection;
import dev.rivet.protocol.ActionRequest;
import dev.rivet.protocol.Encoding;
import dev.rivet.protocol.MessageCodec;
import dev.rivet.protocol.Peer;
import dev.rivet.protocol.ProtocolException;
import dev.rivet.protocol.QueueRequest;
import dev.rivet.protocol.QueueResponse;
import dev.rivet.runtime.TurnTransport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The way to the actors of another server.
 */
final class RemoteTransport extends TurnTransport {

	private static final int MAX_TRIES = 5;

	private static final long FIRST_DELAY_MILLIS = 25;

	private static final long MAX_DELAY_MILLIS = 200;

	private final Requests requests;

	private final ActorLookup lookup;

	private final Encoding encoding;

	private final Duration pingInterval;

	private final Duration callTimeout;

	private final MessageCodec codec;

	private final Executor callbacks = Executors.newCachedThreadPool(daemons());

	RemoteTransport(Requests requests, ActorLookup lookup, Encoding encoding, Duration pingInterval,
			Duration callTimeout) {
		this.requests = requests;
		this.lookup = lookup;
		this.encoding = encoding;
		this.pingInterval = pingInterval;
		this.callTimeout = callTimeout;
		this.codec = MessageCodec.forEncoding(encoding);
	}

	private static CustomizableThreadFactory daemons() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("rivet-remote-");
		factory.setDaemon(true);
		return factory;
	}

	@Override
	public CompletableFuture<JsonNode> call(ActorAddress actor, String action, ArrayNode args,
			@Nullable JsonNode parameters) {
		byte[] body = this.codec.encodeActionRequest(new ActionRequest(args, Peer.V2_1));
		return left(() -> call(new RemoteCall(actor, "/action/", action, body, parameters, this.callTimeout),
				this::result, 1));
	}

	@Override
	public CompletableFuture<QueueResult> send(ActorAddress actor, String queue, JsonNode body, boolean waits,
			@Nullable Duration timeout, @Nullable JsonNode parameters) {
		byte[] message = this.codec.encodeQueueRequest(new QueueRequest(body, queue, waits,
				(timeout != null) ? TimeUnit.MILLISECONDS.convert(timeout) : null, Peer.V2_1));
		Duration limit = !waits ? this.callTimeout : (timeout != null) ? timeout.plus(this.callTimeout) : null;
		return left(() -> call(new RemoteCall(actor, "/queue/", queue, message, parameters, limit), this::sent, 1));
	}

	private QueueResult sent(byte[] body) {
		QueueResponse response = this.codec.decodeQueueResponse(body, Peer.V2_1);
		return new QueueResult(response.status() == QueueResponse.Status.COMPLETED, response.response());
	}

	/**
	 * Makes a call, and makes it again if it surely had no effect.
	 */
	private <T> CompletableFuture<T> call(RemoteCall call, Function<byte[], T> decoder, int attempt) {
		CompletableFuture<String> remembered = this.lookup.remembered(call.actor());
		CompletableFuture<String> id = (remembered != null) ? remembered : this.lookup.find(call.actor());
		return id
			.thenCompose((actorId) -> this.requests.call(actorId, call.route(), call.name(), this.encoding, call.body(),
					call.parameters(), call.timeout()))
			.thenApply(decoder)
			.exceptionallyCompose((failure) -> {
				RivetException error = error(failure);
				if (isStale(error)) {
					this.lookup.forget(call.actor(), id);
				}
				boolean existsNoMore = error.is("actor", "not_found") && remembered != null
						&& !(call.actor() instanceof ActorAddress.ById);
				if (attempt < MAX_TRIES && (existsNoMore || error.is("actor", "restarting"))) {
					long delay = existsNoMore ? 0 : Math.min(FIRST_DELAY_MILLIS << (attempt - 1), MAX_DELAY_MILLIS);
					return CompletableFuture
						.supplyAsync(() -> call(call, decoder, attempt + 1),
								CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS, this.callbacks))
						.thenCompose((again) -> again);
				}
				return CompletableFuture.failedFuture(error);
			});
	}

	/**
	 * Returns whether the actor's id may no longer be right. RivetKit before 2.3 says no
	 * more than that something is wrong when an actor does not exist.
	 */
	private static boolean isStale(RivetException error) {
		return error.is("actor", "not_found") || error.is("rivetkit", "internal_error");
	}

	private JsonNode result(byte[] body) {
		return this.codec.decodeActionResponse(body, Peer.V2_1);
	}

	/**
	 * Returns what a caller is told of a failure.
	 */
	static RivetException error(Throwable failure) {
		Throwable cause = Requests.unwrap(failure);
		if (cause instanceof RivetException error) {
			return error;
		}
		if (cause instanceof ProtocolException ex) {
			return Requests.failed(String.valueOf(ex.getMessage()), ex);
		}
		return Requests.failed(cause.toString(), cause);
	}

	@Override
	public TransportConnection connect(ActorAddress actor, @Nullable JsonNode parameters, ConnectionListener listener) {
		RemoteConnection connection = new RemoteConnection(this.requests, this.encoding, listener, this::after,
				this.pingInterval);
		left(() -> this.lookup.find(actor))
			.thenCompose((actorId) -> this.requests.connect(actorId, this.encoding, parameters, connection))
			.whenComplete((socket, failure) -> {
				if (failure != null) {
					connection.refused(error(failure));
				}
			});
		return connection;
	}

	@Override
	public CompletableFuture<String> resolve(ActorAddress actor) {
		return left(() -> this.lookup.find(actor));
	}

	@Override
	public CompletableFuture<String> create(String name, List<String> key, @Nullable JsonNode input) {
		return left(() -> this.lookup.create(name, key, input));
	}

	@Override
	public CompletableFuture<@Nullable Void> destroy(ActorAddress actor) {
		return left(() -> this.lookup.destroy(actor));
	}

	@Override
	public Executor callbacks() {
		return this.callbacks;
	}

	/**
	 * A call with all that is needed to make it again.
	 */
	private record RemoteCall(ActorAddress actor, String route, String name, byte[] body, @Nullable JsonNode parameters,
			@Nullable Duration timeout) {
	}

}
