package dev.rivet.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.rivet.runtime.ActorRuntime;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;

import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.messaging.simp.broker.SimpleBrokerMessageHandler;
import org.springframework.messaging.support.ExecutorSubscribableChannel;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.messaging.StompSubProtocolHandler;
import org.springframework.web.socket.messaging.SubProtocolWebSocketHandler;

/**
 * Serves actors over STOMP. Spring's messaging is used with channels and a broker that
 * are no beans, so that they cannot be mistaken for those of the application.
 * <p>
 * Both channels hand over on the calling thread: frames are handled in the order in which
 * they come, and messages get to their socket in the order in which actors sent them.
 * Neither handling nor sending waits for anything.
 */
public final class StompEndpoint implements HttpRequestHandler, SmartLifecycle {

	/**
	 * What the headers of a frame may take in addition to its body.
	 */
	private static final int MAX_HEADER_BYTES = 16 * 1024;

	private final ActorRuntime runtime;

	private final Sockets sockets;

	private final StompSessions sessions;

	private final SimpleBrokerMessageHandler broker;

	private final SocketHandler socketHandler;

	private final GatewaySocketHandler.Handshakes handshakes = new GatewaySocketHandler.Handshakes();

	/**
	 * Creates an endpoint.
	 * @param runtime what runs the actors
	 * @param wire the mapper for values
	 * @param limits how large messages may be
	 * @param sockets all sockets
	 * @param heartbeat how often each side lets the other know that it is there
	 */
	public StompEndpoint(ActorRuntime runtime, ObjectMapper wire, MessageLimits limits, Sockets sockets,
			Duration heartbeat) {
		this.runtime = runtime;
		this.sockets = sockets;
		ExecutorSubscribableChannel inbound = new ExecutorSubscribableChannel();
		ExecutorSubscribableChannel outbound = new ExecutorSubscribableChannel();
		this.sessions = new StompSessions(runtime, wire, limits, outbound);
		inbound.subscribe(this.sessions);
		this.broker = new SimpleBrokerMessageHandler(inbound, outbound, new ExecutorSubscribableChannel(), List.of());
		this.broker.setSubscriptionRegistry(this.sessions);
		this.broker.setTaskScheduler(new ConcurrentTaskScheduler(sockets.timer()));
		this.broker.setHeartbeatValue(new long[] { heartbeat.toMillis(), heartbeat.toMillis() });
		this.socketHandler = new SocketHandler(inbound, outbound, limits, sockets);
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (!isRunning()) {
			response.sendError(HttpStatus.SERVICE_UNAVAILABLE.value());
			return;
		}
		ServletServerHttpRequest handshake = new ServletServerHttpRequest(request);
		Map<String, Object> attributes = Map.of(Handshake.ATTRIBUTE,
				new Handshake(handshake, this.runtime.captureCaller()));
		try (ServletServerHttpResponse answer = new ServletServerHttpResponse(response)) {
			this.handshakes.doHandshake(handshake, answer, this.socketHandler, attributes);
		}
	}

	@Override
	public void start() {
		this.socketHandler.start();
		this.broker.start();
	}

	@Override
	public void stop() {
		this.sessions.stop();
		this.socketHandler.stop();
		this.sockets.awaitSent();
		this.broker.stop();
	}

	@Override
	public boolean isRunning() {
		return this.broker.isRunning();
	}

	@Override
	public int getPhase() {
		return Sockets.PHASE;
	}

	/**
	 * Sockets that neither wait for their clients nor keep buffers for the longest
	 * message.
	 */
	private static final class SocketHandler extends SubProtocolWebSocketHandler {

		private final MessageLimits limits;

		private final Sockets sockets;

		private final int maxFrame;

		SocketHandler(ExecutorSubscribableChannel inbound, ExecutorSubscribableChannel outbound, MessageLimits limits,
				Sockets sockets) {
			super(inbound, outbound);
			this.limits = limits;
			this.sockets = sockets;
			this.maxFrame = limits.incoming() + MAX_HEADER_BYTES;
			StompSubProtocolHandler stomp = new StompSubProtocolHandler();
			stomp.setMessageSizeLimit(this.maxFrame);
			addProtocolHandler(stomp);
		}

		@Override
		public boolean supportsPartialMessages() {
			return true;
		}

		@Override
		protected WebSocketSession decorateSession(WebSocketSession session) {
			StompSocket socket = new StompSocket(session, this.limits.waiting(), this.sockets.senders());
			this.sockets.add(socket);
			return socket;
		}

		@Override
		public void afterConnectionEstablished(WebSocketSession session) throws Exception {
			super.afterConnectionEstablished(session);
			session.setTextMessageSizeLimit(GatewaySocket.PART_SIZE);
			session.setBinaryMessageSizeLimit(GatewaySocket.PART_SIZE);
		}

		@Override
		public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
			StompSocket socket = Objects.requireNonNull(socket(session));
			socket.heard();
			byte[] frame = null;
			if (message instanceof TextMessage text) {
				frame = socket.received(text.asBytes(), text.isLast(), this.maxFrame);
			}
			else if (message instanceof BinaryMessage binary) {
				ByteBuffer payload = binary.getPayload();
				byte[] part = new byte[payload.remaining()];
				payload.get(part);
				frame = socket.received(part, binary.isLast(), this.maxFrame);
			}
			if (frame != null) {
				super.handleMessage(session, new BinaryMessage(frame));
			}
		}

		@Override
		public void afterConnectionClosed(WebSocketSession session, CloseStatus status) throws Exception {
			StompSocket socket = socket(session);
			if (socket != null) {
				this.sockets.remove(socket);
			}
			super.afterConnectionClosed(session, status);
		}

		private static @Nullable StompSocket socket(WebSocketSession session) {
			return (StompSocket) session.getAttributes().get(StompSocket.ATTRIBUTE);
		}

	}

}
