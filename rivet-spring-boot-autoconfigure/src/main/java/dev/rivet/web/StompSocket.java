package dev.rivet.web;

import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.concurrent.Executor;

import jakarta.websocket.Session;
import org.jspecify.annotations.Nullable;

import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.WebSocketSessionDecorator;

/**
 * The WebSocket of a STOMP session. Sending never waits for the client, so that the
 * actors' own threads may do it, and keeps their order.
 */
final class StompSocket extends WebSocketSessionDecorator implements Sockets.Socket {

	/**
	 * Name of the socket's attribute that holds it.
	 */
	static final String ATTRIBUTE = StompSocket.class.getName();

	private final SocketOutbox outbox;

	private @Nullable ByteArrayOutputStream parts;

	private boolean ended;

	private volatile boolean closing;

	/**
	 * Creates a socket.
	 * @param session the socket as the server knows it
	 * @param maxWaiting how many bytes may wait for the client
	 * @param senders where frames are sent
	 */
	StompSocket(WebSocketSession session, int maxWaiting, Executor senders) {
		super(session);
		Session socket = Objects.requireNonNull(((NativeWebSocketSession) session).getNativeSession(Session.class));
		this.outbox = new SocketOutbox(socket, maxWaiting, senders, () -> {
			// Spring tells when the session has ended
		});
		session.getAttributes().put(ATTRIBUTE, this);
	}

	/**
	 * Takes a part of a message. A frame may come in many messages, and is put together
	 * here until it can have an end, since Spring would look at all of it with each.
	 * @param part the part
	 * @param last whether it is the last
	 * @param maxBytes how long the frame may be
	 * @return what came when it may be complete or is too long, or {@code null} until
	 * then
	 */
	byte @Nullable [] received(byte[] part, boolean last, int maxBytes) {
		if (this.closing) {
			return null;
		}
		this.ended |= contains(part, 0);
		boolean complete = last && (this.ended || (this.parts == null && isHeartbeat(part)));
		if (complete && this.parts == null) {
			this.ended = false;
			return part;
		}
		if (this.parts == null) {
			this.parts = new ByteArrayOutputStream(part.length * 4);
		}
		this.parts.writeBytes(part);
		if (!complete && this.parts.size() <= maxBytes) {
			return null;
		}
		byte[] whole = this.parts.toByteArray();
		this.parts = null;
		this.ended = false;
		return whole;
	}

	private static boolean contains(byte[] bytes, int wanted) {
		for (byte each : bytes) {
			if (each == wanted) {
				return true;
			}
		}
		return false;
	}

	private static boolean isHeartbeat(byte[] message) {
		return message.length <= 2 && contains(message, '\n');
	}

	void heard() {
		this.outbox.heard();
	}

	@Override
	public void check(long since) {
		this.outbox.check(since);
	}

	@Override
	public void sendMessage(WebSocketMessage<?> message) {
		this.outbox.add(message.getPayload());
		this.outbox.flushLater();
	}

	@Override
	public void close() {
		close(CloseStatus.NORMAL);
	}

	@Override
	public void close(CloseStatus status) {
		this.closing = true;
		this.outbox.close(status);
	}

}
