package dev.rivet.conformance;

import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorWebSocket;
import dev.rivet.actor.OnRequest;
import dev.rivet.actor.OnWebSocket;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.RequestEntity;
import org.springframework.http.ResponseEntity;

/**
 * Speaks HTTP and WebSocket of its own.
 */
@Actor("raw")
class Raw {

	@OnRequest
	ResponseEntity<String> answer(RequestEntity<@Nullable String> request) {
		String query = request.getUrl().getRawQuery();
		return ResponseEntity.status(HttpStatus.ACCEPTED)
			.header("x-answered-by", "actor")
			.body("%s %s%s %s".formatted(request.getMethod(), request.getUrl().getPath(),
					(query != null) ? "?" + query : "", request.getBody()));
	}

	@OnWebSocket
	void open(ActorWebSocket socket) {
		socket.send("opened " + socket.path());
		socket.onText((text) -> {
			if (text.equals("close")) {
				socket.close(4001, "custom reason");
			}
			else {
				socket.send("heard " + text);
			}
		});
		socket.onBinary(socket::send);
	}

}
