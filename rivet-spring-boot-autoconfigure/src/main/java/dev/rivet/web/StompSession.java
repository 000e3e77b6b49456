package dev.rivet.web;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.RivetException;
import dev.rivet.protocol.JsonValue;
import dev.rivet.protocol.ProtocolException;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.runtime.Backlog;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.MimeTypeUtils;

/**
 * A STOMP session: what its frames ask of actors, and what its client is told. Frames
 * come one after the other; what leaves may come from any thread.
 */
final class StompSession {

	/**
	 * How many subscriptions a session may have, all of which are kept until its end.
	 */
	private static final int MAX_SUBSCRIPTIONS = 1000;

	/**
	 * How many actors a session may be connected to at once.
	 */
	private static final int MAX_CONNECTIONS = 1000;

	private static final int MAX_HEADER_LENGTH = 4096;

	/**
	 * Where replies go. The destinations below it belong to their session.
	 */
	private static final String REPLY = "/reply/";

	private static final String PARAMETERS = "params";

	private static final byte[] EMPTY = {};

	private final ActorRuntime runtime;

	private final ObjectMapper wire;

	private final MessageLimits limits;

	private final MessageChannel outbound;

	private final String id;

	private final Handshake handshake;

	private final @Nullable String parameters;

	private final Backlog backlog;

	private final Map<ActorAddress, StompConnection> connections = new ConcurrentHashMap<>();

	private final Map<String, StompConnection> subscriptions = new ConcurrentHashMap<>();

	private final Map<String, String> replySubscriptions = new ConcurrentHashMap<>();

	private final AtomicLong messages = new AtomicLong();

	private volatile boolean closed;

	private volatile boolean ended;

	/**
	 * Creates a session.
	 * @param runtime what runs the actors
	 * @param wire the mapper for values
	 * @param limits how large messages may be
	 * @param outbound where messages for clients go
	 * @param connect the frame that opens the session
	 * @param handshake the request that opened its socket
	 */
	StompSession(ActorRuntime runtime, ObjectMapper wire, MessageLimits limits, MessageChannel outbound,
			StompHeaderAccessor connect, Handshake handshake) {
		this.runtime = runtime;
		this.wire = wire;
		this.limits = limits;
		this.outbound = outbound;
		this.id = String.valueOf(connect.getSessionId());
		this.handshake = handshake;
		this.parameters = connect.getFirstNativeHeader(PARAMETERS);
		this.backlog = runtime.newBacklog();
	}

	void subscribe(StompHeaderAccessor frame) {
		String subscriptionId = frame.getSubscriptionId();
		String destination = frame.getDestination();
		if (subscriptionId == null || destination == null || this.subscriptions.containsKey(subscriptionId)
				|| this.replySubscriptions.containsKey(subscriptionId)) {
			end("SUBSCRIBE needs a destination, and an id that no other subscription has");
			return;
		}
		if (this.subscriptions.size() + this.replySubscriptions.size() >= MAX_SUBSCRIPTIONS
				|| Stream.of(subscriptionId, destination, String.valueOf(frame.getReceipt()))
					.anyMatch((header) -> header.length() > MAX_HEADER_LENGTH)) {
			end("A session has at most %d subscriptions, with headers of at most %d characters"
				.formatted(MAX_SUBSCRIPTIONS, MAX_HEADER_LENGTH));
			return;
		}
		try {
			if (destination.startsWith(REPLY)) {
				this.replySubscriptions.put(subscriptionId, destination);
				receipt(frame.getReceipt());
				return;
			}
			StompDestination target = StompDestination.of(destination);
			if (target.kind() != StompDestination.Kind.EVENT) {
				throw StompDestination.invalid(destination, "only events can be subscribed to");
			}
			StompConnection.Subscription subscription = new StompConnection.Subscription(subscriptionId, destination,
					target.subject(), frame.getReceipt());
			use(target.actor(), frame, (connection) -> {
				this.subscriptions.put(subscriptionId, connection);
				return connection.subscribe(subscription);
			});
		}
		catch (RivetException ex) {
			this.subscriptions.remove(subscriptionId);
			error(subscriptionId, destination, null, ex);
		}
	}

	void unsubscribe(StompHeaderAccessor frame) {
		String subscriptionId = String.valueOf(frame.getSubscriptionId());
		this.replySubscriptions.remove(subscriptionId);
		StompConnection connection = this.subscriptions.remove(subscriptionId);
		if (connection != null) {
			connection.unsubscribe(subscriptionId);
		}
		receipt(frame.getReceipt());
	}

	void send(StompHeaderAccessor frame, byte[] body) {
		StompConnection.Call call = new StompConnection.Call(frame.getFirstNativeHeader("reply-to"),
				frame.getFirstNativeHeader("correlation-id"), frame.getReceipt());
		try {
			String destination = String.valueOf(frame.getDestination());
			StompDestination target = StompDestination.of(destination);
			switch (target.kind()) {
				case EVENT -> throw StompDestination.invalid(destination, "only actors send events");
				case QUEUE -> enqueue(call, target, frame, body);
				case ACTION -> {
					ArrayNode args = args(body);
					use(target.actor(), frame, (connection) -> connection.call(call, target.subject(), args));
				}
			}
		}
		catch (RivetException ex) {
			refuse(call, ex);
		}
	}

	private void enqueue(StompConnection.Call call, StompDestination target, StompHeaderAccessor frame, byte[] body) {
		if (body.length > this.limits.incoming()) {
			throw MessageLimits.incomingTooLong();
		}
		JsonNode message = (body.length > 0) ? read(body) : this.wire.nullNode();
		ActorAddress actor = address(target.actor(), frame);
		boolean waits = "true".equals(frame.getFirstNativeHeader("wait"));
		String timeout = frame.getFirstNativeHeader("timeout");
		Duration limit = (timeout != null) ? millis(timeout) : null;
		JsonNode given = parameters(frame);
		long size = call.size() + Backlog.size(message);
		count(size);
		this.runtime
			.send(actor, target.subject(), message, waits, limit, given, this.handshake.caller(), this.handshake)
			.whenComplete((result, failure) -> {
				uncount(size);
				if (failure == null) {
					ObjectNode reply = this.wire.createObjectNode();
					reply.put("status", result.completed() ? "completed" : "timedOut");
					if (result.reply() != null) {
						reply.set("response", result.reply());
					}
					reply(call, reply);
				}
				else {
					refuse(call, ErrorResponse.error(failure));
				}
			});
	}

	private static Duration millis(String text) {
		try {
			return Duration.ofMillis(Long.parseUnsignedLong(text));
		}
		catch (NumberFormatException ex) {
			throw new RivetException("request", "invalid", "Invalid request: timeout must be milliseconds");
		}
	}

	private ArrayNode args(byte[] body) {
		if (body.length > this.limits.incoming()) {
			throw MessageLimits.incomingTooLong();
		}
		JsonNode args = (body.length > 0) ? read(body) : this.wire.createArrayNode();
		if (args instanceof ArrayNode array) {
			return array;
		}
		throw new RivetException("message", "malformed", "Malformed message: the arguments are no JSON array");
	}

	private static JsonNode read(byte[] json) {
		try {
			return JsonValue.read(json);
		}
		catch (ProtocolException ex) {
			throw new RivetException(ex.getGroup(), ex.getCode(), String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Lets an actor's connection be used, which is opened if there is none or, once it
	 * has left, if it closes just now.
	 */
	private void use(ActorAddress actor, StompHeaderAccessor frame, Predicate<StompConnection> use) {
		StompConnection known = this.connections.get(actor);
		if (known != null && !known.isClosed()) {
			if (frame.getFirstNativeHeader(PARAMETERS) != null
					&& !Objects.equals(parameters(frame), known.parameters())) {
				throw new RivetException("params", "conflict",
						"The session's connection to this actor was opened with other parameters");
			}
			if (use.test(known)) {
				return;
			}
		}
		if (known == null && this.connections.size() >= MAX_CONNECTIONS
				&& this.connections.values().stream().noneMatch(StompConnection::closeIfIdle)) {
			throw new RivetException("actor", "overloaded",
					"A session is connected to at most " + MAX_CONNECTIONS + " actors");
		}
		JsonNode given = parameters(frame);
		ActorAddress address = address(actor, frame);
		StompConnection connection = new StompConnection(this, actor, given, this.runtime.callbacks());
		use.test(connection);
		this.connections.put(actor, connection);
		Runnable opening = () -> connection.open(
				(listener) -> this.runtime.connect(address, given, this.handshake.caller(), this.handshake, listener));
		if (known != null) {
			known.left().thenRunAsync(opening, this.runtime.callbacks());
		}
		else {
			opening.run();
		}
		if (this.closed) {
			connection.close();
		}
	}

	/**
	 * Counts what waits for an answer.
	 * @throws RivetException if more of the session would wait than may
	 */
	void count(long size) {
		RivetException tooMuch = this.backlog.add(size);
		if (tooMuch != null) {
			throw tooMuch;
		}
	}

	/**
	 * Does not count any more what has been {@linkplain #count counted}.
	 */
	void uncount(long size) {
		this.backlog.remove(size);
	}

	/**
	 * Returns the parameters of a frame, or else those of the session.
	 */
	private @Nullable JsonNode parameters(StompHeaderAccessor frame) {
		String header = frame.getFirstNativeHeader(PARAMETERS);
		return GatewayHandler.parameters((header != null) ? header : this.parameters, this.wire);
	}

	/**
	 * Returns how an actor is looked up, unless the frame says otherwise creating it.
	 */
	private static ActorAddress address(ActorAddress actor, StompHeaderAccessor frame) {
		if (!(actor instanceof ActorAddress.ByKey byKey) || "false".equals(frame.getFirstNativeHeader("create"))) {
			return actor;
		}
		String input = frame.getFirstNativeHeader("input");
		return new ActorAddress.OrCreated(byKey.name(), byKey.key(),
				(input != null) ? read(input.getBytes(StandardCharsets.UTF_8)) : null);
	}

	void forget(StompConnection connection) {
		this.connections.remove(connection.actor(), connection);
	}

	/**
	 * Closes all connections.
	 */
	void close() {
		this.closed = true;
		this.connections.values().forEach(StompConnection::close);
	}

	/**
	 * Closes all connections, and lets the client know that the server stops.
	 */
	void stop() {
		this.closed = true;
		this.connections.values().forEach((connection) -> connection.close(Sockets.stopped()));
	}

	void reply(StompConnection.Call call, JsonNode output) {
		byte[] body = JsonValue.write(output);
		if (isTooLong(body)) {
			refuse(call, MessageLimits.outgoingTooLong());
			return;
		}
		String replyTo = call.replyTo();
		if (replyTo != null) {
			replySubscriptions(replyTo)
				.forEach((subscriptionId) -> message(subscriptionId, replyTo, call.correlationId(), body));
		}
		receipt(call.receipt());
	}

	void refuse(StompConnection.Call call, RivetException error) {
		String replyTo = call.replyTo();
		if (replyTo != null) {
			replySubscriptions(replyTo)
				.forEach((subscriptionId) -> error(subscriptionId, replyTo, call.correlationId(), error));
		}
	}

	void refuse(StompConnection.Subscription subscription, RivetException error) {
		this.subscriptions.remove(subscription.id());
		error(subscription.id(), subscription.destination(), null, error);
	}

	/**
	 * Returns the subscriptions to a destination of replies. Without one, the client gets
	 * them as unsolicited messages that carry the destination instead.
	 */
	private List<String> replySubscriptions(String destination) {
		List<String> found = this.replySubscriptions.entrySet()
			.stream()
			.filter((subscription) -> subscription.getValue().equals(destination))
			.map(Map.Entry::getKey)
			.toList();
		return found.isEmpty() ? List.of(destination) : found;
	}

	boolean isTooLong(byte[] body) {
		return body.length > this.limits.outgoing();
	}

	void message(String subscriptionId, String destination, @Nullable String correlationId, byte[] body) {
		deliver(frame(subscriptionId, destination, correlationId), body);
	}

	private void error(String subscriptionId, String destination, @Nullable String correlationId,
			RivetException error) {
		StompHeaderAccessor frame = frame(subscriptionId, destination, correlationId);
		frame.setNativeHeader("error-group", error.group());
		frame.setNativeHeader("error-code", error.code());
		deliver(frame, ErrorResponse.wireError(error, this.wire).toJson());
	}

	private StompHeaderAccessor frame(String subscriptionId, String destination, @Nullable String correlationId) {
		StompHeaderAccessor frame = StompHeaderAccessor.create(StompCommand.MESSAGE);
		frame.setSubscriptionId(subscriptionId);
		frame.setDestination(destination);
		frame.setMessageId(Long.toString(this.messages.incrementAndGet()));
		frame.setContentType(MimeTypeUtils.APPLICATION_JSON);
		if (correlationId != null) {
			frame.setNativeHeader("correlation-id", correlationId);
		}
		return frame;
	}

	void receipt(@Nullable String receipt) {
		if (receipt != null) {
			StompHeaderAccessor frame = StompHeaderAccessor.create(StompCommand.RECEIPT);
			frame.setReceiptId(receipt);
			deliver(frame, EMPTY);
		}
	}

	/**
	 * Returns whether the client was told that the session ends, so that nothing more
	 * counts.
	 */
	boolean isEnded() {
		return this.ended;
	}

	/**
	 * Ends the session for something that STOMP does not allow or that is not offered.
	 * @param reason what the client is told
	 */
	void end(String reason) {
		this.ended = true;
		StompHeaderAccessor frame = StompHeaderAccessor.create(StompCommand.ERROR);
		frame.setMessage(reason);
		deliver(frame, EMPTY);
	}

	private void deliver(StompHeaderAccessor frame, byte[] body) {
		frame.setSessionId(this.id);
		frame.setLeaveMutable(true);
		this.outbound.send(MessageBuilder.createMessage(body, frame.getMessageHeaders()));
	}

}
