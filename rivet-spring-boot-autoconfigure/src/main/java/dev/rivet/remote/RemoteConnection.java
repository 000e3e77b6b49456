package dev.rivet.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;

import dev.rivet.client.CloseReason;
import dev.rivet.client.ConnectionListener;
import dev.rivet.client.EventMessage;
import dev.rivet.client.RivetException;
import dev.rivet.client.TransportConnection;
import dev.rivet.protocol.Encoding;
import dev.rivet.protocol.MessageCodec;
import dev.rivet.protocol.Peer;
import dev.rivet.protocol.ProtocolException;
import dev.rivet.protocol.ToClient;
import dev.rivet.protocol.ToServer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * A connection over a WebSocket.
 */
final class RemoteConnection implements TransportConnection, WebSocket.Listener {

	private static final Log logger = LogFactory.getLog(RemoteConnection.class);

	/**
	 * As long as calls that come first may take at the actor, and then some.
	 */
	private static final Duration OPENING_TIMEOUT = Duration.ofMinutes(2);

	/**
	 * How long the server has to answer that the socket is to be closed.
	 */
	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final Requests requests;

	private final Encoding encoding;

	private final MessageCodec codec;

	private final ConnectionListener listener;

	private final BiConsumer<Duration, Runnable> timer;

	private final Duration pingInterval;

	private ByteArrayOutputStream binary = new ByteArrayOutputStream();

	private StringBuilder text = new StringBuilder();

	private volatile boolean heard = true;

	private @Nullable WebSocket socket;

	private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

	private volatile boolean opened;

	private boolean ended;

	/**
	 * Creates a connection.
	 * @param requests opens the socket
	 * @param encoding the encoding of messages
	 * @param listener what hears of the connection
	 * @param timer does something after a delay
	 * @param pingInterval how often the server is pinged; one that is not heard of until
	 * the next time is given up
	 */
	RemoteConnection(Requests requests, Encoding encoding, ConnectionListener listener,
			BiConsumer<Duration, Runnable> timer, Duration pingInterval) {
		this.requests = requests;
		this.encoding = encoding;
		this.codec = MessageCodec.forEncoding(encoding);
		this.listener = listener;
		this.timer = timer;
		this.pingInterval = pingInterval;
	}

	@Override
	public void onOpen(WebSocket socket) {
		synchronized (this) {
			this.socket = socket;
			if (this.ended) {
				socket.abort();
				return;
			}
		}
		socket.request(1);
		this.timer.accept(this.pingInterval, () -> check(socket));
		this.timer.accept(OPENING_TIMEOUT, () -> {
			if (!this.opened) {
				onError(socket, new IOException("The server does not open the connection"));
			}
		});
	}

	private void check(WebSocket socket) {
		if (isEnded()) {
			return;
		}
		if (!this.heard) {
			onError(socket, new IOException("The server does not answer"));
			return;
		}
		this.heard = false;
		send((to) -> to.sendPing(ByteBuffer.allocate(0)));
		this.timer.accept(this.pingInterval, () -> check(socket));
	}

	@Override
	public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
		this.heard = true;
		socket.request(1);
		return null;
	}

	@Override
	public void call(long id, String action, ArrayNode args) {
		send(new ToServer.ActionRequest(id, action, args, Peer.V2_1));
	}

	@Override
	public void subscribe(String event, boolean subscribe) {
		send(new ToServer.SubscriptionRequest(event, subscribe, Peer.V2_1));
	}

	private void send(ToServer message) {
		byte[] frame = this.codec.encodeToServer(message);
		send((to) -> this.encoding.isBinary() ? to.sendBinary(ByteBuffer.wrap(frame), true)
				: to.sendText(new String(frame, StandardCharsets.UTF_8), true));
	}

	/**
	 * Sends when what was sent before has left: a socket takes one message at a time.
	 */
	private synchronized void send(Function<WebSocket, CompletionStage<WebSocket>> message) {
		WebSocket to = this.socket;
		if (to != null && !this.ended) {
			this.sent = this.sent.thenCompose((before) -> message.apply(to));
			this.sent.exceptionally((failure) -> {
				onError(to, failure);
				return null;
			});
		}
	}

	@Override
	public void close() {
		send((to) -> to.sendClose(WebSocket.NORMAL_CLOSURE, "Disposed"));
		WebSocket to;
		synchronized (this) {
			this.ended = true;
			to = this.socket;
		}
		if (to != null) {
			this.timer.accept(CLOSE_TIMEOUT, to::abort);
		}
	}

	@Override
	public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
		if (this.requests.isTooLong(this.text.length() + part.length())) {
			giveUp();
			return null;
		}
		this.text.append(part);
		if (last) {
			byte[] frame = this.text.toString().getBytes(StandardCharsets.UTF_8);
			this.text.setLength(0);
			received(frame);
		}
		socket.request(1);
		return null;
	}

	@Override
	public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
		if (this.requests.isTooLong(this.binary.size() + part.remaining())) {
			giveUp();
			return null;
		}
		byte[] bytes = new byte[part.remaining()];
		part.get(bytes);
		this.binary.writeBytes(bytes);
		if (last) {
			byte[] frame = this.binary.toByteArray();
			this.binary.reset();
			received(frame);
		}
		socket.request(1);
		return null;
	}

	/**
	 * Ends the connection since a message gets too long.
	 */
	private void giveUp() {
		// timers hold on to this connection for a while, and there may be many like it
		this.text = new StringBuilder();
		this.binary = new ByteArrayOutputStream();
		refused(this.requests.messageTooLong());
	}

	private void received(byte[] frame) {
		this.heard = true;
		if (isEnded()) {
			return;
		}
		try {
			ToClient message = this.codec.decodeToClient(frame, Peer.V2_1);
			if (message instanceof ToClient.Init init) {
				this.opened = true;
				this.listener.opened(init.actorId(), init.connectionId());
			}
			else if (message instanceof ToClient.ActionResponse response) {
				this.listener.replied(response.id(), response.output());
			}
			else if (message instanceof ToClient.Event event) {
				this.listener.received(new EventMessage(event.name(), event.args()));
			}
			else if (message instanceof ToClient.Error error) {
				failed(this.requests.error(error.error()), error.actionId());
			}
		}
		catch (ProtocolException ex) {
			refused(new RivetException(ex.getGroup(), ex.getCode(), String.valueOf(ex.getMessage())));
		}
	}

	private void failed(RivetException error, @Nullable Long call) {
		if (call != null) {
			this.listener.refused(call, error);
		}
		else {
			this.listener.failed(error);
		}
	}

	@Override
	public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
		end(new CloseReason(code, reason));
		return null;
	}

	@Override
	public void onError(WebSocket socket, Throwable failure) {
		logger.debug("A connection was lost", failure);
		socket.abort();
		end(new CloseReason(CloseReason.LOST, ""));
	}

	/**
	 * Ends the connection since it cannot be used.
	 * @param error why
	 */
	void refused(RivetException error) {
		if (error.is("client", Requests.FAILED)) {
			logger.debug("A connection could not be opened", error);
			end(new CloseReason(CloseReason.LOST, ""));
		}
		else if (!isEnded()) {
			if (!this.opened) {
				this.listener.failed(error);
			}
			end(CloseReason.of(error));
		}
		WebSocket to;
		synchronized (this) {
			to = this.socket;
		}
		if (to != null) {
			to.abort();
		}
	}

	private synchronized boolean isEnded() {
		return this.ended;
	}

	private void end(CloseReason reason) {
		synchronized (this) {
			if (this.ended) {
				return;
			}
			this.ended = true;
		}
		this.listener.closed(reason);
	}

}
