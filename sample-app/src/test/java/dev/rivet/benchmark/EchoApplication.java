package dev.rivet.benchmark;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/**
 * The least that a Spring application can do with WebSockets: it sends back what it gets,
 * and an event to all who have subscribed when it is to publish one.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
@Import(EchoApplication.HealthController.class)
@EnableWebSocket
class EchoApplication implements WebSocketConfigurer {

	public static void main(String[] args) {
		ReferenceApplication.run(EchoApplication.class, args);
	}

	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		registry.addHandler(new EchoHandler(), "/connect");
	}

	@RestController
	static class HealthController {

		@GetMapping("/health")
		void health() {
		}

	}

	private static final class EchoHandler extends TextWebSocketHandler {

		private static final TextMessage INIT = new TextMessage("{\"body\":{\"tag\":\"Init\",\"val\":{}}}");

		private final Set<WebSocketSession> subscribers = ConcurrentHashMap.newKeySet();

		@Override
		public void afterConnectionEstablished(WebSocketSession session) throws IOException {
			session.sendMessage(INIT);
		}

		@Override
		protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
			String text = message.getPayload();
			if (text.contains("\"subscribe\"")) {
				this.subscribers.add(session);
				return;
			}
			if (text.contains("\"publish\"")) {
				String args = text.substring(text.indexOf('[', text.indexOf("\"args\"")), text.indexOf('}'));
				TextMessage event = new TextMessage(
						"{\"body\":{\"tag\":\"Event\",\"val\":{\"name\":\"tick\",\"args\":" + args + "}}}");
				for (WebSocketSession subscriber : this.subscribers) {
					// what was published before may still be on its way
					synchronized (subscriber) {
						subscriber.sendMessage(event);
					}
				}
			}
			session.sendMessage(message);
		}

		@Override
		public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
			this.subscribers.remove(session);
		}

	}

}
