package dev.rivet.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.CloseReason;
import dev.rivet.client.ConnectionListener;
import dev.rivet.client.EventMessage;
import dev.rivet.client.RivetException;
import dev.rivet.client.TransportConnection;
import dev.rivet.protocol.JsonValue;
import dev.rivet.runtime.Backlog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The connection of a STOMP session to an actor, shared by all its subscriptions to the
 * actor's events and its calls of the actor's actions. It closes with the last
 * subscription, or if there never was one with the session or to make room for another.
 * <p>
 * What has no answer yet counts as what waits of the session. Whoever holds the lock only
 * takes others that nobody holds for long.
 */
final class StompConnection implements ConnectionListener {

	private static final Log logger = LogFactory.getLog(StompConnection.class);

	private final StompSession session;

	private final ActorAddress actor;

	private final @Nullable JsonNode parameters;

	private final CompletableFuture<TransportConnection> made = new CompletableFuture<>();

	private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();

	private final CompletableFuture<@Nullable Void> left = new CompletableFuture<>();

	private final Executor callbacks;

	/**
	 * What was asked for last. Each waits for the one before, and the first for the
	 * connection.
	 */
	private CompletableFuture<TransportConnection> last;

	private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();

	private final Set<String> begun = new HashSet<>();

	private final List<Subscription> unanswered = new ArrayList<>();

	private final Map<Long, CountedCall> calls = new HashMap<>();

	private long lastCall;

	private boolean kept;

	private boolean closed;

	private boolean ended;

	private @Nullable RivetException failure;

	/**
	 * Creates a connection that is not open yet.
	 * @param session the session
	 * @param actor the actor, as the session knows it
	 * @param parameters the connection's parameters, if any
	 * @param callbacks where the actor is asked, since neither the thread that opens the
	 * connection nor the session's other frames may be held up by that
	 */
	StompConnection(StompSession session, ActorAddress actor, @Nullable JsonNode parameters, Executor callbacks) {
		this.session = session;
		this.actor = actor;
		this.parameters = parameters;
		this.callbacks = callbacks;
		this.last = this.made.thenCombine(this.opened, (connection, nothing) -> connection);
	}

	ActorAddress actor() {
		return this.actor;
	}

	@Nullable JsonNode parameters() {
		return this.parameters;
	}

	void open(Function<ConnectionListener, TransportConnection> opener) {
		this.made.complete(opener.apply(this));
	}

	/**
	 * Completes when the actor has been told that the connection has ended, or knows it.
	 */
	CompletableFuture<@Nullable Void> left() {
		return this.left;
	}

	synchronized boolean isClosed() {
		return this.closed;
	}

	/**
	 * Subscribes to an event.
	 * @param subscription the subscription
	 * @return whether the connection could be asked for it; otherwise it is closed
	 * @throws RivetException if too much of the session's waits
	 */
	synchronized boolean subscribe(Subscription subscription) {
		if (this.closed) {
			return false;
		}
		this.session.count(subscription.size());
		this.subscriptions.put(subscription.id(), subscription);
		this.unanswered.add(subscription);
		ask((connection) -> connection.subscribe(subscription.event(), true));
		return true;
	}

	/**
	 * Ends a subscription, at once as far as the client can see.
	 * @param id its id
	 */
	synchronized void unsubscribe(String id) {
		Subscription ended = remove(id);
		if (ended != null
				&& this.subscriptions.values().stream().noneMatch((other) -> other.event().equals(ended.event()))) {
			ask((connection) -> connection.subscribe(ended.event(), false));
		}
		closeIfUnused();
	}

	private @Nullable Subscription remove(String id) {
		this.begun.remove(id);
		return this.subscriptions.remove(id);
	}

	/**
	 * Calls an action.
	 * @param call what to do with its result
	 * @param action the name of the action
	 * @param args the arguments
	 * @return whether the connection could be asked for it; otherwise it is closed
	 * @throws RivetException if too much of the session's waits
	 */
	synchronized boolean call(Call call, String action, ArrayNode args) {
		if (this.closed) {
			return false;
		}
		long size = call.size() + action.length() + Backlog.size(args);
		this.session.count(size);
		long number = ++this.lastCall;
		this.calls.put(number, new CountedCall(call, size));
		this.kept |= this.subscriptions.isEmpty();
		ask((connection) -> connection.call(number, action, args));
		return true;
	}

	private synchronized void ask(Consumer<TransportConnection> what) {
		this.last = this.last.thenApplyAsync((connection) -> {
			if (!hasEnded()) {
				what.accept(connection);
			}
			return connection;
		}, this.callbacks);
	}

	private synchronized boolean hasEnded() {
		return this.ended;
	}

	@Override
	public void opened(String actorId, String connectionId) {
		this.opened.complete(null);
	}

	@Override
	public synchronized void subscribed(String event) {
		Subscription subscription = answered(event);
		if (subscription != null) {
			this.begun.add(subscription.id());
			this.kept = false;
			this.session.receipt(subscription.receipt());
		}
	}

	@Override
	public synchronized void refused(String event, RivetException error) {
		Subscription subscription = answered(event);
		if (subscription != null) {
			remove(subscription.id());
			this.session.refuse(subscription, error);
		}
		closeIfUnused();
	}

	/**
	 * Returns the subscription that an answer is for, unless it has ended meanwhile.
	 */
	private @Nullable Subscription answered(String event) {
		for (Subscription subscription : this.unanswered) {
			if (subscription.event().equals(event)) {
				this.unanswered.remove(subscription);
				this.session.uncount(subscription.size());
				return (this.subscriptions.get(subscription.id()) == subscription) ? subscription : null;
			}
		}
		return null;
	}

	@Override
	public synchronized void received(EventMessage event) {
		for (Subscription subscription : this.subscriptions.values()) {
			if (subscription.event().equals(event.name()) && this.begun.contains(subscription.id())) {
				byte[] body = event.encoded(JsonValue.class, (message) -> JsonValue.write(message.args()));
				if (this.session.isTooLong(body)) {
					logger.error(
							"The event '%s' is longer than rivet.max-outgoing-message-size, and closes the connection"
								.formatted(event.name()));
					close(MessageLimits.outgoingTooLong());
					return;
				}
				this.session.message(subscription.id(), subscription.destination(), null, body);
			}
		}
	}

	@Override
	public synchronized void replied(long id, JsonNode output) {
		Call call = answered(id);
		if (call != null) {
			this.session.reply(call, output);
		}
		closeIfUnused();
	}

	@Override
	public synchronized void refused(long id, RivetException error) {
		Call call = answered(id);
		if (call != null) {
			this.session.refuse(call, error);
		}
		closeIfUnused();
	}

	private @Nullable Call answered(long id) {
		CountedCall call = this.calls.remove(id);
		if (call == null) {
			return null;
		}
		this.session.uncount(call.size());
		return call.call();
	}

	@Override
	public synchronized void failed(RivetException error) {
		this.failure = error;
	}

	@Override
	public synchronized void closed(CloseReason reason) {
		RivetException error = this.failure;
		if (error == null) {
			error = reason.error();
		}
		if (error == null) {
			error = new RivetException("connection", "closed", "Connection closed: " + reason.text());
		}
		end(error);
	}

	private void end(RivetException error) {
		this.closed = true;
		this.ended = true;
		// nothing waits for that any more
		this.opened.complete(null);
		this.left.complete(null);
		this.session.forget(this);
		for (Subscription subscription : this.subscriptions.values()) {
			this.session.refuse(subscription, error);
		}
		this.subscriptions.clear();
		for (CountedCall call : this.calls.values()) {
			this.session.refuse(call.call(), error);
		}
		expectNoAnswers();
	}

	private synchronized void expectNoAnswers() {
		this.unanswered.forEach((subscription) -> this.session.uncount(subscription.size()));
		this.unanswered.clear();
		this.calls.values().forEach((call) -> this.session.uncount(call.size()));
		this.calls.clear();
	}

	/**
	 * Makes room for another connection if nothing is subscribed to or waits here.
	 * @return whether this closes the connection
	 */
	synchronized boolean closeIfIdle() {
		if (!isIdle()) {
			return false;
		}
		leave();
		return true;
	}

	private synchronized void closeIfUnused() {
		if (!this.kept && isIdle()) {
			leave();
		}
	}

	private boolean isIdle() {
		return !this.closed && this.subscriptions.isEmpty() && this.calls.isEmpty();
	}

	private void leave() {
		close();
		this.left.thenRun(() -> this.session.forget(this));
	}

	/**
	 * Closes the connection from this side when everything is done that was asked for.
	 */
	synchronized void close() {
		this.closed = true;
		this.last.thenAcceptAsync((connection) -> {
			connection.close();
			expectNoAnswers();
			this.left.complete(null);
		}, this.callbacks);
	}

	/**
	 * Closes the connection from this side at the server's own will.
	 * @param reason what the client is told
	 */
	synchronized void close(RivetException reason) {
		end(reason);
		close();
	}

	private static int length(@Nullable String header) {
		return (header != null) ? header.length() : 0;
	}

	/**
	 * A subscription to an event.
	 *
	 * @param id its id within the session
	 * @param destination the destination that the client has given
	 * @param event the name of the event
	 * @param receipt the receipt that the client wants, if any
	 */
	record Subscription(String id, String destination, String event, @Nullable String receipt) {

		private long size() {
			return this.id.length() + this.destination.length() + this.event.length() + length(this.receipt);
		}

	}

	/**
	 * A call of an action.
	 *
	 * @param replyTo where the result goes, if anywhere
	 * @param correlationId what the client knows it by, if given
	 * @param receipt the receipt that the client wants, if any
	 */
	record Call(@Nullable String replyTo, @Nullable String correlationId, @Nullable String receipt) {

		/**
		 * Returns how many bytes of the client's it needs.
		 */
		long size() {
			return length(this.replyTo) + length(this.correlationId) + length(this.receipt);
		}

	}

	private record CountedCall(Call call, long size) {
	}

}
