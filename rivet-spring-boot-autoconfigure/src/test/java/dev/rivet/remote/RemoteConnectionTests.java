package dev.rivet.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.rivet.client.ActorConnection;
import dev.rivet.client.ConnectionStatus;
import dev.rivet.client.RivetClient;
import dev.rivet.protocol.Encoding;
import dev.rivet.protocol.WireMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.ObjectMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Connections to servers that behave badly.
 */
@Timeout(20)
class RemoteConnectionTests {

	private static final String FOUND = "{\"actors\":[{\"actor_id\":\"1\",\"name\":\"room\"}]}";

	private static final String INIT = "{\"body\":{\"tag\":\"Init\",\"val\":{\"actorId\":\"1\",\"connectionId\":\"2\"}}}";

	@Test
	void serverThatFallsSilentIsGivenUp() throws Exception {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			List<ConnectionStatus> statuses = new CopyOnWriteArrayList<>();
			Thread thread = new Thread(() -> serve(server));
			thread.setDaemon(true);
			thread.start();
			try (RivetClient client = client(server.getLocalPort())) {
				ActorConnection connection = client.getForId("room", "1").connect();
				connection.onStatus(statuses::add);
				await().untilAsserted(() -> assertThat(statuses).containsSubsequence(ConnectionStatus.CONNECTED,
						ConnectionStatus.DISCONNECTED, ConnectionStatus.CONNECTED));
			}
		}
	}

	private static RivetClient client(int port) {
		ObjectMapper mapper = new WireMapper().getMapper();
		Requests requests = new Requests(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
				URI.create("http://127.0.0.1:" + port), null, Map.of(), mapper);
		return RivetClient.over(new RemoteTransport(requests, new ActorLookup(requests, "default"), Encoding.JSON,
				Duration.ofMillis(200), Duration.ofSeconds(10)), mapper);
	}

	private static void serve(ServerSocket server) {
		while (!server.isClosed()) {
			try {
				answer(server.accept());
			}
			catch (IOException ex) {
				// the test has ended
			}
		}
	}

	/**
	 * Finds an actor, or opens a socket and says nothing more.
	 */
	private static void answer(Socket socket) throws IOException {
		String request = head(socket.getInputStream());
		StringBuilder response = new StringBuilder();
		if (request.contains("/connect ")) {
			String key = request.lines()
				.filter((line) -> line.startsWith("Sec-WebSocket-Key: "))
				.findFirst()
				.orElseThrow()
				.substring(19);
			response.append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
				.append("Sec-WebSocket-Protocol: rivet\r\nSec-WebSocket-Accept: ")
				.append(accept(key))
				.append("\r\n\r\n")
				.append((char) 0x81)
				.append((char) INIT.length())
				.append(INIT);
		}
		else {
			response.append("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ")
				.append(FOUND.length())
				.append("\r\n\r\n")
				.append(FOUND);
		}
		socket.getOutputStream().write(response.toString().getBytes(StandardCharsets.ISO_8859_1));
	}

	private static String head(InputStream input) {
		return new Scanner(input, StandardCharsets.ISO_8859_1).useDelimiter("\r\n\r\n").next();
	}

	private static String accept(String key) {
		try {
			return Base64.getEncoder()
				.encodeToString(MessageDigest.getInstance("SHA-1")
					.digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
