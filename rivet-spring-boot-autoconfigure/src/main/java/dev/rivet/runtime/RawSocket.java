package dev.rivet.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import dev.rivet.actor.ActorWebSocket;
import dev.rivet.client.CloseReason;
import dev.rivet.client.ConnectionListener;
import dev.rivet.client.EventMessage;
import dev.rivet.client.RivetException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;

/**
 * A raw WebSocket to an actor: a connection of its own, over which messages go that are
 * none of RivetKit's.
 */
final class RawSocket implements ActorWebSocket, TransportSocket, ConnectionListener {

	private static final Log logger = LogFactory.getLog(RawSocket.class);

	private static final int MAX_EARLY = 64;

	private final ActorRuntime runtime;

	private final String path;

	private volatile @Nullable SocketListener client;

	private final LiveConnection connection;

	private @Nullable List<Runnable> early = new ArrayList<>();

	private @Nullable Consumer<String> onText;

	private @Nullable Consumer<byte[]> onBinary;

	private @Nullable BiConsumer<Integer, String> onClose;

	private volatile boolean hibernatable;

	private final AtomicReference<@Nullable CloseReason> closed = new AtomicReference<>();

	RawSocket(ActorRuntime runtime, @Nullable String name, @Nullable JsonNode parameters, @Nullable Object caller,
			@Nullable Object request, String path, SocketListener client) {
		this.runtime = runtime;
		this.path = path;
		this.client = client;
		this.connection = new LiveConnection(runtime, name, parameters, caller, request, this, this);
	}

	LiveConnection connection() {
		return this.connection;
	}

	/**
	 * Lets the actor take the socket, as the end of the turn that opens it.
	 * @param turn the turn
	 * @throws Throwable what the actor threw
	 */
	void take(Turn turn) throws Throwable {
		ActorMethod handler = turn.activation().type().onWebSocket();
		if (handler == null) {
			throw Errors.websocketNotDefined();
		}
		this.hibernatable = mayHibernate(turn);
		this.connection.invoke(turn, handler);
		List<Runnable> waiting;
		synchronized (this) {
			waiting = Objects.requireNonNull(this.early);
			waiting.forEach(Runnable::run);
			this.early = null;
		}
	}

	private boolean mayHibernate(Turn turn) throws Throwable {
		ActorType type = turn.activation().type();
		ActorMethod rule = type.hooks().canHibernate();
		return (rule != null) ? Boolean.TRUE.equals(this.connection.invoke(turn, rule)) : type.hibernatesWebSockets();
	}

	/**
	 * Lets the actor, which is another object now, take the socket again.
	 * @param turn the turn
	 * @return nothing to send
	 * @throws Throwable what the actor threw
	 */
	@Nullable Emission retake(Turn turn) throws Throwable {
		this.onText = null;
		this.onBinary = null;
		this.onClose = null;
		this.connection.invoke(turn, Objects.requireNonNull(turn.activation().type().onWebSocket()));
		return null;
	}

	/**
	 * Returns whether the socket may stay open while the actor sleeps.
	 */
	boolean isHibernatable() {
		return this.hibernatable;
	}

	@Override
	public String path() {
		return this.path;
	}

	@Override
	public void onText(Consumer<String> listener) {
		this.onText = listener;
	}

	@Override
	public void onBinary(Consumer<byte[]> listener) {
		this.onBinary = listener;
	}

	@Override
	public void onClose(BiConsumer<Integer, String> listener) {
		this.onClose = listener;
	}

	@Override
	public void send(String text) {
		emit((to) -> to.text(text));
	}

	@Override
	public void send(byte[] bytes) {
		byte[] copy = bytes.clone();
		emit((to) -> to.binary(copy));
	}

	private void emit(Consumer<SocketListener> message) {
		this.connection.emit((to) -> hear(message));
	}

	private void hear(Consumer<SocketListener> message) {
		SocketListener client = this.client;
		if (client != null) {
			message.accept(client);
		}
	}

	@Override
	public void close(int code, String reason) {
		Assert.isTrue(code == CloseReason.NORMAL || (code >= 3000 && code <= 4999),
				"A close code must be 1000, or 3000 to 4999");
		this.connection.disconnect(new CloseReason(code, reason));
	}

	@Override
	public void text(String text) {
		message(text.length(), () -> {
			if (this.onText != null) {
				this.onText.accept(text);
			}
		});
	}

	@Override
	public void binary(byte[] bytes) {
		message(bytes.length, () -> {
			if (this.onBinary != null) {
				this.onBinary.accept(bytes);
			}
		});
	}

	/**
	 * Queues what a message causes. Messages may come before the actor has taken the
	 * socket: their sender cannot know when it does.
	 */
	private synchronized void message(int size, Runnable handling) {
		if (this.early == null) {
			submit(size, handling);
		}
		else if (this.early.size() < MAX_EARLY) {
			this.early.add(() -> submit(size, handling));
		}
		else {
			this.connection.refuse(Errors.overloaded());
		}
	}

	private void submit(int size, Runnable handling) {
		this.connection.submit(size, (turn) -> {
			if (this.connection.isOpen()) {
				run(turn, handling);
			}
			return null;
		}, this::failed);
	}

	/**
	 * Closes the socket, since the actor has failed at it.
	 * @param turn the turn that was discarded, if one was
	 * @param failure what the actor threw
	 */
	void failed(@Nullable Turn turn, Throwable failure) {
		if (turn == null) {
			return;
		}
		RivetException error = this.runtime.errors().translateConnecting(failure);
		if (Errors.isInternal(error)) {
			logger.error("A raw WebSocket closes, since its actor has failed", failure);
		}
		turn.refuse(this.connection.closing(CloseReason.of(error)));
	}

	private void run(Turn turn, Runnable handling) throws Throwable {
		turn.call(() -> this.runtime.as(this.connection.caller(), () -> {
			handling.run();
			return null;
		}));
	}

	/**
	 * The socket was closed, by the client or, as the connection's listener hears, by the
	 * actor, of which the client hears then. The answer to a close is no reason.
	 */
	@Override
	public void closed(CloseReason reason) {
		this.closed.compareAndSet(null, reason);
		hear((to) -> to.closed(reason));
		// the actor may hear of the close much later, when it wakes
		this.client = null;
		this.connection.close();
	}

	/**
	 * Lets the actor hear that the socket is closed, or will be since the actor falls
	 * asleep.
	 * @param turn the turn
	 * @return nothing to send
	 * @throws Throwable what the actor threw
	 */
	@Nullable Emission left(Turn turn) throws Throwable {
		BiConsumer<Integer, String> listener = this.onClose;
		CloseReason reason = Objects.requireNonNullElse(this.closed.get(), Activation.STOPPED);
		this.onClose = null;
		if (listener != null) {
			run(turn, () -> listener.accept(reason.code(), reason.text()));
		}
		return null;
	}

	void leftWithFailure(@Nullable Turn turn, Throwable failure) {
		logger.error("A raw WebSocket's listener for its close failed", failure);
	}

	@Override
	public void opened(String actorId, String connectionId) {
		// a raw WebSocket begins without a message
	}

	@Override
	public void replied(long id, JsonNode output) {
		throw new IllegalStateException("No actions are called over a raw WebSocket");
	}

	@Override
	public void refused(long id, RivetException error) {
		throw new IllegalStateException("No actions are called over a raw WebSocket");
	}

	@Override
	public void received(EventMessage event) {
		// a raw WebSocket has no notation for events
	}

	@Override
	public void failed(RivetException error) {
		// the close that follows says it
	}

}
