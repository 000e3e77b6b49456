package dev.rivet.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * An {@link ActorConnection} over an {@link ActorTransport}: a sequence of
 * {@link TransportConnection}s, of which there is one at a time.
 * <p>
 * Messages leave while the monitor of this object is held, so that what waited for the
 * connection leaves before what comes after it. What comes in must not wait for that
 * monitor, since it may be an actor's thread that brings it, and the actor's locks that
 * it holds: answers need no more than the map of calls, all else is handed to other
 * threads. Listeners have an executor of their own, so that one that waits does not hold
 * up what it waits for.
 */
final class TransportActorConnection extends TransportActorCalls implements ActorConnection {

	private static final Log logger = LogFactory.getLog(TransportActorConnection.class);

	private static final Duration FIRST_DELAY = Duration.ofMillis(250);

	private static final Duration MAX_DELAY = Duration.ofSeconds(30);

	private final Function<ConnectionListener, TransportConnection> connector;

	private final Consumer<ActorConnection> ended;

	private final Executor transitions;

	private final Executor listeners;

	private final Map<Long, PendingCall> calls = new ConcurrentSkipListMap<>();

	private final Map<String, List<EventListener>> eventListeners = new LinkedHashMap<>();

	private final List<Consumer<ConnectionStatus>> statusListeners = new CopyOnWriteArrayList<>();

	private final List<Consumer<RivetException>> errorListeners = new CopyOnWriteArrayList<>();

	private long nextCall;

	private @Nullable Attempt attempt;

	private @Nullable TransportConnection open;

	private @Nullable RivetException end;

	private int failures;

	private volatile ConnectionStatus status = ConnectionStatus.IDLE;

	private volatile @Nullable String actorId;

	private volatile @Nullable String connectionId;

	/**
	 * Creates a connection.
	 * @param transport the way to the actor
	 * @param mapper what turns values into trees and back
	 * @param actor the actor
	 * @param parameters the connection's parameters, if any
	 * @param ended hears that the connection will not be opened any more
	 */
	TransportActorConnection(ActorTransport transport, ObjectMapper mapper, ActorAddress actor,
			@Nullable JsonNode parameters, Consumer<ActorConnection> ended) {
		super(transport, mapper, actor);
		this.connector = transport.connector(actor, parameters);
		this.ended = ended;
		this.transitions = new SerialExecutor(transport.callbacks());
		this.listeners = new SerialExecutor(transport.callbacks());
	}

	synchronized void open() {
		if (this.end == null) {
			become(ConnectionStatus.CONNECTING);
			Attempt next = new Attempt();
			this.attempt = next;
			next.connection = this.connector.apply(next);
		}
	}

	@Override
	CompletableFuture<JsonNode> send(String action, ArrayNode args) {
		CompletableFuture<JsonNode> reply = new CompletableFuture<>();
		this.transport.leave(reply, () -> send(new PendingCall(action, args, reply)));
		return reply;
	}

	/**
	 * A call that nobody waits for any more is not sent, if it was not yet.
	 */
	@Override
	void giveUp(CompletableFuture<JsonNode> reply) {
		if (reply.cancel(false)) {
			this.calls.values().removeIf((call) -> call.reply() == reply);
		}
	}

	private void send(PendingCall call) {
		RivetException refusal;
		synchronized (this) {
			refusal = this.end;
			if (refusal == null && !call.reply().isDone()) {
				long id = this.nextCall++;
				this.calls.put(id, call);
				if (this.open != null) {
					send(this.open, id, call);
				}
			}
		}
		if (refusal != null) {
			call.reply().completeExceptionally(refusal);
		}
	}

	private void send(TransportConnection connection, long id, PendingCall call) {
		try {
			connection.call(id, call.action(), call.args());
		}
		catch (RuntimeException ex) {
			// the arguments cannot be written; other calls are to be sent all the same
			this.calls.remove(id);
			call.reply().completeExceptionally(ex);
		}
	}

	@Override
	public Subscription on(String event, Consumer<ActorEvent> listener) {
		return add(event, new EventListener(listener, false));
	}

	@Override
	public Subscription once(String event, Consumer<ActorEvent> listener) {
		return add(event, new EventListener(listener, true));
	}

	private Subscription add(String event, EventListener listener) {
		leave(() -> listen(event, listener));
		return () -> leave(() -> remove(event, listener));
	}

	/**
	 * Changes who listens together with what the actor is told of it, which is nothing if
	 * the calling turn fails.
	 */
	private void leave(Runnable change) {
		this.transport.leave(new CompletableFuture<>(), change);
	}

	private synchronized void listen(String event, EventListener listener) {
		List<EventListener> all = this.eventListeners.computeIfAbsent(event, (missing) -> new ArrayList<>());
		all.add(listener);
		if (all.size() == 1 && this.open != null) {
			this.open.subscribe(event, true);
		}
	}

	private synchronized void remove(String event, EventListener listener) {
		List<EventListener> all = this.eventListeners.get(event);
		if (all == null || !all.remove(listener) || !all.isEmpty()) {
			return;
		}
		this.eventListeners.remove(event);
		if (this.open != null) {
			this.open.subscribe(event, false);
		}
	}

	private synchronized List<EventListener> listenersOf(String event) {
		return List.copyOf(this.eventListeners.getOrDefault(event, List.of()));
	}

	private void received(EventMessage message) {
		ActorEvent event = new ActorEvent(message, this.mapper);
		for (EventListener listener : listenersOf(message.name())) {
			if (listener.once) {
				remove(message.name(), listener);
			}
			tell(listener.listener, event);
		}
	}

	@Override
	public Subscription onStatus(Consumer<ConnectionStatus> listener) {
		return add(this.statusListeners, listener);
	}

	@Override
	public Subscription onError(Consumer<RivetException> listener) {
		return add(this.errorListeners, listener);
	}

	private static <T> Subscription add(List<Consumer<T>> all, Consumer<T> listener) {
		// the same listener may be added twice, and be removed once
		Consumer<T> added = listener::accept;
		all.add(added);
		return () -> all.remove(added);
	}

	private void become(ConnectionStatus next) {
		this.status = next;
		this.listeners.execute(() -> this.statusListeners.forEach((listener) -> tell(listener, next)));
	}

	private void failed(RivetException error) {
		this.listeners.execute(() -> this.errorListeners.forEach((listener) -> tell(listener, error)));
	}

	private static <T> void tell(Consumer<T> listener, T what) {
		try {
			listener.accept(what);
		}
		catch (Throwable ex) {
			logger.error("A listener of a connection failed", ex);
		}
	}

	private synchronized void opened(Attempt attempt, String actorId, String connectionId) {
		TransportConnection connection = attempt.connection;
		if (this.attempt != attempt || connection == null) {
			return;
		}
		this.open = connection;
		later(FIRST_DELAY, () -> attempt.lasting = true);
		this.actorId = actorId;
		this.connectionId = connectionId;
		become(ConnectionStatus.CONNECTED);
		this.eventListeners.keySet().forEach((event) -> connection.subscribe(event, true));
		this.calls.forEach((id, call) -> send(connection, id, call));
	}

	private void failed(Attempt attempt, RivetException error) {
		synchronized (this) {
			if (this.attempt != attempt) {
				return;
			}
			if (this.open == null) {
				attempt.refusal = error;
				return;
			}
		}
		failed(error);
	}

	private void closed(Attempt attempt, CloseReason reason) {
		RivetException told = (attempt.refusal != null) ? attempt.refusal : reason.error();
		List<PendingCall> lost = List.of();
		synchronized (this) {
			if (this.attempt != attempt) {
				return;
			}
			boolean wasOpen = this.open != null;
			this.attempt = null;
			this.open = null;
			Refusal refusal = (wasOpen || told == null) ? Refusal.NONE : Refusal.of(told, this.actor);
			if (refusal != Refusal.PASSING) {
				lost = takeCalls();
			}
			if (refusal == Refusal.FINAL) {
				this.end = told;
				become(ConnectionStatus.IDLE);
			}
			else {
				become(ConnectionStatus.DISCONNECTED);
				openLater(attempt.lasting);
			}
		}
		if (told != null) {
			failed(told);
		}
		RivetException cause = (told != null) ? told : lost(reason);
		lost.forEach((call) -> call.reply().completeExceptionally(cause));
		if (status() == ConnectionStatus.IDLE) {
			this.ended.accept(this);
		}
	}

	private static RivetException lost(CloseReason reason) {
		boolean clean = reason.code() != CloseReason.LOST;
		return new RivetException("client", clean ? "connection_closed" : "connection_lost",
				"Connection %s (code: %d, reason: %s)".formatted(clean ? "closed" : "lost", reason.code(),
						reason.text()));
	}

	private List<PendingCall> takeCalls() {
		List<PendingCall> taken = List.copyOf(this.calls.values());
		this.calls.clear();
		return taken;
	}

	/**
	 * Opens the connection again: at once if it was open for a while, otherwise with
	 * growing delays.
	 */
	private void openLater(boolean hasLasted) {
		if (hasLasted) {
			this.failures = 0;
			this.transitions.execute(this::open);
			return;
		}
		Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(this.failures, 7));
		this.failures++;
		later((delay.compareTo(MAX_DELAY) < 0) ? delay : MAX_DELAY, this::open);
	}

	private void later(Duration delay, Runnable transition) {
		this.transport.after(delay, () -> this.transitions.execute(transition));
	}

	@Override
	public @Nullable String actorId() {
		return this.actorId;
	}

	@Override
	public @Nullable String connectionId() {
		return this.connectionId;
	}

	@Override
	public ConnectionStatus status() {
		return this.status;
	}

	@Override
	public void close() {
		RivetException disposed = new RivetException("client", "connection_disposed",
				"Attempting to interact with a disposed actor connection.");
		List<PendingCall> lost;
		synchronized (this) {
			if (this.end != null) {
				return;
			}
			this.end = disposed;
			if (this.attempt != null && this.attempt.connection != null) {
				this.attempt.connection.close();
			}
			this.attempt = null;
			this.open = null;
			this.eventListeners.clear();
			lost = takeCalls();
			become(ConnectionStatus.IDLE);
		}
		lost.forEach((call) -> call.reply().completeExceptionally(disposed));
		this.ended.accept(this);
	}

	/**
	 * One way to have the connection open, and what hears of it.
	 */
	private final class Attempt implements ConnectionListener {

		private @Nullable TransportConnection connection;

		private @Nullable RivetException refusal;

		private boolean lasting;

		@Override
		public void opened(String actorId, String connectionId) {
			transition(() -> TransportActorConnection.this.opened(this, actorId, connectionId));
		}

		@Override
		public void replied(long id, JsonNode output) {
			PendingCall call = TransportActorConnection.this.calls.remove(id);
			if (call != null) {
				call.reply().complete(output);
			}
		}

		@Override
		public void refused(long id, RivetException error) {
			PendingCall call = TransportActorConnection.this.calls.remove(id);
			if (call != null) {
				call.reply().completeExceptionally(error);
			}
		}

		@Override
		public void received(EventMessage event) {
			TransportActorConnection.this.listeners.execute(() -> TransportActorConnection.this.received(event));
		}

		@Override
		public void failed(RivetException error) {
			transition(() -> TransportActorConnection.this.failed(this, error));
		}

		@Override
		public void closed(CloseReason reason) {
			transition(() -> TransportActorConnection.this.closed(this, reason));
		}

		private void transition(Runnable transition) {
			TransportActorConnection.this.transitions.execute(transition);
		}

	}

	/**
	 * A call without an answer yet.
	 */
	private record PendingCall(String action, ArrayNode args, CompletableFuture<JsonNode> reply) {
	}

	/**
	 * Who listens to an event.
	 */
	private static final class EventListener {

		private final Consumer<ActorEvent> listener;

		private final boolean once;

		EventListener(Consumer<ActorEvent> listener, boolean once) {
			this.listener = listener;
			this.once = once;
		}

	}

}
