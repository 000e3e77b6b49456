package dev.rivet.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

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
import jakarta.websocket.Session;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/**
 * The WebSocket of one connection to an actor.
 */
final class ConnectionSocket extends AbstractWebSocketHandler implements ConnectionListener, Sockets.Socket {

	/**
	 * What Tomcat keeps for each direction and kind of message. Longer messages come in
	 * parts.
	 */
	static final int PART_SIZE = 1024;

	private final Sockets sockets;

	private final ObjectMapper wire;

	private final MessageLimits limits;

	private final Opener opener;

	private final Encoding encoding;

	private final MessageCodec codec;

	private volatile Peer peer;

	private volatile long heardAt = System.nanoTime();

	private @Nullable SocketOutbox outbox;

	private volatile @Nullable TransportConnection connection;

	private @Nullable ByteArrayOutputStream parts;

	private boolean refusing;

	/**
	 * Creates a socket.
	 * @param sockets all sockets
	 * @param wire the mapper for values
	 * @param limits how large messages may be
	 * @param encoding the encoding of its messages
	 * @param peer the generation of the client, as far as known yet
	 * @param opener opens the connection
	 */
	ConnectionSocket(Sockets sockets, ObjectMapper wire, MessageLimits limits, Encoding encoding, Peer peer,
			Opener opener) {
		this.sockets = sockets;
		this.wire = wire;
		this.limits = limits;
		this.encoding = encoding;
		this.codec = MessageCodec.forEncoding(encoding);
		this.peer = peer;
		this.opener = opener;
	}

	@Override
	public boolean supportsPartialMessages() {
		return true;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		session.setTextMessageSizeLimit(PART_SIZE);
		session.setBinaryMessageSizeLimit(PART_SIZE);
		Session socket = Objects.requireNonNull(((NativeWebSocketSession) session).getNativeSession(Session.class));
		this.outbox = new SocketOutbox(socket, this.limits.waiting(), this.sockets.senders());
		if (!this.sockets.add(this)) {
			refuse(Sockets.stopped());
			return;
		}
		try {
			this.connection = this.opener.open(this);
		}
		catch (RivetException ex) {
			refuse(ex);
		}
		catch (ProtocolException ex) {
			refuse(new RivetException(ex.getGroup(), ex.getCode(), String.valueOf(ex.getMessage())));
		}
	}

	private void refuse(RivetException error) {
		failed(error);
		closed(CloseReason.of(error));
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) {
		this.heardAt = System.nanoTime();
		received(message.getPayload().getBytes(StandardCharsets.UTF_8), message.isLast(), false);
	}

	@Override
	protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
		this.heardAt = System.nanoTime();
		ByteBuffer payload = message.getPayload();
		byte[] bytes = new byte[payload.remaining()];
		payload.get(bytes);
		received(bytes, message.isLast(), true);
	}

	@Override
	protected void handlePongMessage(WebSocketSession session, PongMessage message) {
		this.heardAt = System.nanoTime();
	}

	private void received(byte[] part, boolean last, boolean binary) {
		if (this.refusing) {
			return;
		}
		int before = (this.parts != null) ? this.parts.size() : 0;
		if (before + part.length > this.limits.incoming()) {
			giveUp(MessageLimits.incomingTooLong());
			return;
		}
		if (last && this.parts == null) {
			receive(part, binary);
			return;
		}
		if (this.parts == null) {
			this.parts = new ByteArrayOutputStream(PART_SIZE * 4);
		}
		this.parts.writeBytes(part);
		if (last) {
			byte[] whole = this.parts.toByteArray();
			this.parts = null;
			receive(whole, binary);
		}
	}

	private void receive(byte[] frame, boolean binary) {
		TransportConnection actor = this.connection;
		if (actor == null) {
			return;
		}
		try {
			if (binary != this.encoding.isBinary()) {
				throw new ProtocolException("message", "malformed", "Malformed message: a "
						+ (binary ? "binary" : "text") + " frame in encoding " + this.encoding.wireName());
			}
			ToServer message = this.codec.decodeToServer(frame, this.peer);
			this.peer = message.peer();
			if (message instanceof ToServer.ActionRequest call) {
				actor.call(call.id(), call.name(), call.args());
			}
			else if (message instanceof ToServer.SubscriptionRequest request) {
				actor.subscribe(request.eventName(), request.subscribe());
			}
		}
		catch (ProtocolException ex) {
			giveUp(new RivetException(ex.getGroup(), ex.getCode(), String.valueOf(ex.getMessage())));
		}
	}

	private void giveUp(RivetException error) {
		this.refusing = true;
		closed(CloseReason.of(error));
		leave();
	}

	@Override
	public void opened(String actorId, String connectionId) {
		send(new ToClient.Init(actorId, connectionId));
	}

	@Override
	public void replied(long id, JsonNode output) {
		Object frame = frame(new ToClient.ActionResponse(id, output), this.peer);
		if (SocketOutbox.length(frame) > this.limits.outgoing()) {
			refused(id, MessageLimits.outgoingTooLong());
			return;
		}
		outbox().add(frame);
	}

	@Override
	public void refused(long id, RivetException error) {
		outbox().add(frame(new ToClient.Error(ErrorResponse.wireError(error, this.wire), id), this.peer));
	}

	@Override
	public void received(EventMessage event) {
		Peer generation = this.peer;
		outbox().add(event.encoded(new Format(this.encoding, generation),
				(message) -> frame(new ToClient.Event(message.name(), message.args()), generation)));
		outbox().flushLater();
	}

	@Override
	public void failed(RivetException error) {
		send(new ToClient.Error(ErrorResponse.wireError(error, this.wire), null));
	}

	@Override
	public void closed(CloseReason reason) {
		outbox().close(new CloseStatus(reason.code(), reason.text()));
	}

	@Override
	public void flush() {
		outbox().flush();
	}

	private void send(ToClient message) {
		outbox().add(frame(message, this.peer));
		outbox().flush();
	}

	private Object frame(ToClient message, Peer peer) {
		byte[] bytes = this.codec.encodeToClient(message, peer);
		return this.encoding.isBinary() ? bytes : new String(bytes, StandardCharsets.UTF_8);
	}

	private SocketOutbox outbox() {
		return Objects.requireNonNull(this.outbox, "The socket is not open yet");
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) {
		leave();
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		leave();
	}

	private void leave() {
		this.sockets.remove(this);
		TransportConnection actor = this.connection;
		if (actor != null) {
			actor.close();
		}
	}

	@Override
	public void check(long since) {
		if (this.heardAt - since < 0) {
			outbox().abort(CloseStatus.SESSION_NOT_RELIABLE.withReason("connection.lost"));
			leave();
		}
		else {
			outbox().ping();
		}
	}

	/**
	 * Opens the connection of a socket.
	 */
	@FunctionalInterface
	interface Opener {

		TransportConnection open(ConnectionListener listener);

	}

	/**
	 * What frames have in common that are the same for the same message.
	 */
	private record Format(Encoding encoding, Peer peer) {
	}

}
