package dev.rivet.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.rivet.client.EventMessage;
import dev.rivet.client.TransportConnection;
import dev.rivet.protocol.Encoding;
import dev.rivet.protocol.Peer;
import dev.rivet.runtime.ActorRuntime;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.StringNode;

import org.springframework.web.socket.adapter.NativeWebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests for how often an event is encoded that many sockets get.
 */
class EventEncodingTests {

	private final Sockets sockets = new Sockets(mock(ActorRuntime.class), Duration.ofMinutes(1));

	private final AtomicInteger encodings = new AtomicInteger();

	private final AtomicInteger frames = new AtomicInteger();

	@AfterEach
	void stop() {
		this.sockets.stop();
	}

	@Test
	void anEventIsEncodedOnceForAllSocketsOfTheSameEncodingAndGeneration() throws Exception {
		this.sockets.start();
		List<ConnectionSocket> open = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			open.add(socket(Encoding.JSON, Peer.V2_1));
			open.add(socket(Encoding.JSON, Peer.V2_3));
			open.add(socket(Encoding.CBOR, Peer.V2_1));
			open.add(socket(Encoding.BARE, Peer.V2_1));
		}
		ArrayNode args = JsonMapper.shared().createArrayNode().add(new CountedText("hello"));
		EventMessage event = new EventMessage("said", args);
		open.forEach((socket) -> socket.received(event));
		await().until(() -> this.frames.get() == open.size());
		assertThat(this.encodings).hasValue(4);
	}

	private ConnectionSocket socket(Encoding encoding, Peer peer) throws Exception {
		RemoteEndpoint.Basic remote = mock(RemoteEndpoint.Basic.class);
		willAnswer((call) -> this.frames.incrementAndGet()).given(remote).sendText(anyString());
		willAnswer((call) -> this.frames.incrementAndGet()).given(remote).sendBinary(any());
		RemoteEndpoint.Async async = mock(RemoteEndpoint.Async.class);
		willAnswer((call) -> this.frames.incrementAndGet()).given(async).sendText(anyString(), any());
		willAnswer((call) -> this.frames.incrementAndGet()).given(async).sendBinary(any(), any());
		Session session = mock(Session.class);
		given(session.getBasicRemote()).willReturn(remote);
		given(session.getAsyncRemote()).willReturn(async);
		given(session.getUserProperties()).willReturn(new HashMap<>());
		NativeWebSocketSession socketSession = mock(NativeWebSocketSession.class);
		given(socketSession.getNativeSession(Session.class)).willReturn(session);
		ConnectionSocket socket = new ConnectionSocket(this.sockets, new MessageLimits(1000, 1000, 1000),
				JsonMapper.shared(), encoding, peer, (listener) -> mock(TransportConnection.class));
		socket.afterConnectionEstablished(socketSession);
		return socket;
	}

	/**
	 * A text that notices when it is written.
	 */
	private final class CountedText extends StringNode {

		CountedText(String text) {
			super(text);
		}

		@Override
		public String stringValue() {
			EventEncodingTests.this.encodings.incrementAndGet();
			return super.stringValue();
		}

	}

}
