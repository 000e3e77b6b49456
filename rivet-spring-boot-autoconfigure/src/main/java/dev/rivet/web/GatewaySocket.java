package dev.rivet.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import dev.rivet.client.CloseReason;
import dev.rivet.client.RivetException;
import dev.rivet.protocol.ProtocolException;
import jakarta.websocket.Session;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/**
 * A WebSocket between a client and an actor. Messages are put together from their parts
 * here, so that a socket needs little memory while none comes.
 */
abstract class GatewaySocket extends AbstractWebSocketHandler implements Sockets.Socket {

	/**
	 * What Tomcat keeps for each kind of message. Longer messages come in parts.
	 */
	static final int PART_SIZE = 1024;

	private static final Log logger = LogFactory.getLog(GatewaySocket.class);

	private final Sockets sockets;

	private final MessageLimits limits;

	private @Nullable SocketOutbox outbox;

	private @Nullable ByteArrayOutputStream parts;

	private boolean givenUp;

	private volatile @Nullable CloseReason gone;

	/**
	 * Creates a socket.
	 * @param sockets all sockets
	 * @param limits how large messages may be
	 */
	GatewaySocket(Sockets sockets, MessageLimits limits) {
		this.sockets = sockets;
		this.limits = limits;
	}

	/**
	 * Opens what is behind the socket.
	 * @throws RivetException if that is refused
	 * @throws ProtocolException if the client asks in a wrong way
	 */
	abstract void open();

	/**
	 * Handles a message.
	 * @param message the message
	 * @param binary whether it is binary
	 * @throws ProtocolException if it cannot be read
	 */
	abstract void receive(byte[] message, boolean binary);

	/**
	 * Tells the client that it is refused, before the socket closes.
	 * @param error why
	 */
	abstract void refuse(RivetException error);

	/**
	 * Lets go of what is behind the socket, if it is open. May be called again.
	 * @param reason why the socket was closed
	 */
	abstract void leave(CloseReason reason);

	MessageLimits limits() {
		return this.limits;
	}

	SocketOutbox outbox() {
		return Objects.requireNonNull(this.outbox, "The socket is not open yet");
	}

	void close(CloseReason reason) {
		outbox().close(new CloseStatus(reason.code(), reason.text()));
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
		SocketOutbox outbox = new SocketOutbox(socket, this.limits.waiting(), this.sockets.senders(),
				() -> gone(new CloseReason(CloseReason.LOST, "")));
		outbox.holdBack();
		this.outbox = outbox;
		RivetException refusal = Sockets.stopped();
		if (this.sockets.add(this)) {
			refusal = tryOpen();
			leaveIfGone();
		}
		if (refusal != null) {
			refuse(refusal);
			close(CloseReason.of(refusal));
		}
		this.sockets.afterUpgrade(outbox::goOn);
	}

	private @Nullable RivetException tryOpen() {
		try {
			open();
			return null;
		}
		catch (RivetException ex) {
			return ex;
		}
		catch (ProtocolException ex) {
			return error(ex);
		}
	}

	/**
	 * Whoever lost the client while the socket was opening had nothing to let go of yet.
	 */
	private void leaveIfGone() {
		CloseReason reason = this.gone;
		if (reason != null) {
			leave(reason);
		}
	}

	private static RivetException error(ProtocolException failure) {
		return new RivetException(failure.getGroup(), failure.getCode(), String.valueOf(failure.getMessage()));
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) {
		received(message.getPayload().getBytes(StandardCharsets.UTF_8), message.isLast(), false);
	}

	@Override
	protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
		ByteBuffer payload = message.getPayload();
		byte[] bytes = new byte[payload.remaining()];
		payload.get(bytes);
		received(bytes, message.isLast(), true);
	}

	@Override
	protected void handlePongMessage(WebSocketSession session, PongMessage message) {
		outbox().heard();
	}

	private void received(byte[] part, boolean last, boolean binary) {
		outbox().heard();
		if (this.givenUp) {
			return;
		}
		try {
			byte[] message = whole(part, last);
			if (message != null) {
				receive(message, binary);
			}
		}
		catch (RivetException ex) {
			giveUp(ex);
		}
		catch (ProtocolException ex) {
			giveUp(error(ex));
		}
	}

	private byte @Nullable [] whole(byte[] part, boolean last) {
		int before = (this.parts != null) ? this.parts.size() : 0;
		if (before + part.length > this.limits.incoming()) {
			throw MessageLimits.incomingTooLong();
		}
		if (last && this.parts == null) {
			return part;
		}
		if (this.parts == null) {
			this.parts = new ByteArrayOutputStream(PART_SIZE * 4);
		}
		this.parts.writeBytes(part);
		if (!last) {
			return null;
		}
		byte[] message = this.parts.toByteArray();
		this.parts = null;
		return message;
	}

	private void giveUp(RivetException error) {
		this.givenUp = true;
		this.parts = null;
		CloseReason reason = CloseReason.of(error);
		close(reason);
		gone(reason);
	}

	/**
	 * Closes the socket, since the actor sends what is too long for it.
	 * @param message what it sends
	 */
	void outgoingTooLong(String message) {
		logger.error(message + " is longer than rivet.max-outgoing-message-size, and closes the socket");
		CloseReason reason = CloseReason.of(MessageLimits.outgoingTooLong());
		close(reason);
		gone(reason);
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) {
		// the container closes the session next, and may know why: also the answer to the
		// close of a client that is gone already fails
		logger.debug("A socket failed", exception);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		this.sockets.remove(this);
		gone(new CloseReason(status.getCode(), (status.getReason() != null) ? status.getReason() : ""));
	}

	private void gone(CloseReason reason) {
		this.gone = reason;
		leave(reason);
	}

	@Override
	public void check(long since) {
		outbox().check(since);
	}

}
