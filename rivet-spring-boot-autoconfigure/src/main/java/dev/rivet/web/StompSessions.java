package dev.rivet.web;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import dev.rivet.runtime.ActorRuntime;
import tools.jackson.databind.ObjectMapper;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.broker.SubscriptionRegistry;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.util.CollectionUtils;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * The STOMP sessions of this node. To Spring's broker it is the registry in which
 * subscriptions are looked up; since each is an actor's connection, the broker finds none
 * to forward to, and has sessions, heartbeats and disconnections to care for.
 */
final class StompSessions implements MessageHandler, SubscriptionRegistry {

	private static final MultiValueMap<String, String> NONE = CollectionUtils
		.unmodifiableMultiValueMap(new LinkedMultiValueMap<>());

	private final ActorRuntime runtime;

	private final ObjectMapper wire;

	private final MessageLimits limits;

	private final MessageChannel outbound;

	private final Map<String, StompSession> open = new ConcurrentHashMap<>();

	/**
	 * Creates the sessions.
	 * @param runtime what runs the actors
	 * @param wire the mapper for values
	 * @param limits how large messages may be
	 * @param outbound where messages for clients go
	 */
	StompSessions(ActorRuntime runtime, ObjectMapper wire, MessageLimits limits, MessageChannel outbound) {
		this.runtime = runtime;
		this.wire = wire;
		this.limits = limits;
		this.outbound = outbound;
	}

	/**
	 * Handles the frames that Spring's broker would not.
	 */
	@Override
	public void handleMessage(Message<?> message) {
		StompHeaderAccessor frame = frame(message);
		StompCommand command = frame.getCommand();
		if (command == null) {
			return;
		}
		switch (command) {
			case CONNECT, STOMP -> connect(frame);
			case SEND -> with(message, (session) -> session.send(frame, (byte[]) message.getPayload()));
			case BEGIN, COMMIT, ABORT -> with(message, (session) -> session.end("There are no transactions"));
			default -> {
				// the broker's, or an acknowledgement of what needs none
			}
		}
	}

	private void connect(StompHeaderAccessor frame) {
		Object handshake = Objects.requireNonNull(frame.getSessionAttributes()).get(Handshake.ATTRIBUTE);
		StompSession session = this.open.putIfAbsent(String.valueOf(frame.getSessionId()),
				new StompSession(this.runtime, this.wire, this.limits, this.outbound, frame,
						(Handshake) Objects.requireNonNull(handshake)));
		if (session != null) {
			session.end("The session is open already");
		}
	}

	@Override
	public void registerSubscription(Message<?> message) {
		with(message, (session) -> session.subscribe(frame(message)));
	}

	@Override
	public void unregisterSubscription(Message<?> message) {
		with(message, (session) -> session.unsubscribe(frame(message)));
	}

	@Override
	public void unregisterAllSubscriptions(String sessionId) {
		StompSession session = this.open.remove(sessionId);
		if (session != null) {
			session.close();
		}
	}

	@Override
	public MultiValueMap<String, String> findSubscriptions(Message<?> message) {
		return NONE;
	}

	/**
	 * Closes all connections, since the server stops.
	 */
	void stop() {
		this.open.values().forEach(StompSession::stop);
	}

	private void with(Message<?> message, Consumer<StompSession> use) {
		StompSession session = this.open
			.get(String.valueOf(SimpMessageHeaderAccessor.getSessionId(message.getHeaders())));
		if (session != null && !session.isEnded()) {
			use.accept(session);
		}
	}

	private static StompHeaderAccessor frame(Message<?> message) {
		StompHeaderAccessor frame = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
		return (frame != null) ? frame : StompHeaderAccessor.wrap(message);
	}

}
