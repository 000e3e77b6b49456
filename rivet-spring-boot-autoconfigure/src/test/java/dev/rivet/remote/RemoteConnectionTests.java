package dev.rivet.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;

import dev.rivet.client.ActorConnection;
import dev.rivet.client.CloseReason;
import dev.rivet.client.ConnectionListener;
import dev.rivet.client.ConnectionStatus;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import dev.rivet.protocol.Encoding;
import dev.rivet.protocol.WireMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.ObjectMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Servers that behave badly.
 */
@Timeout(20)
class RemoteConnectionTests {

	private static final String FOUND = "{\"actors\":[{\"actor_id\":\"1\",\"name\":\"room\"}]}";

	private static final String INIT = "{\"body\":{\"tag\":\"Init\",\"val\":{\"actorId\":\"1\",\"connectionId\":\"2\"}}}";

	private static final int MAX_MESSAGE = 100;

	private static final ObjectMapper mapper = new WireMapper().getMapper();

	@Test
	void serverThatFallsSilentIsGivenUp() throws Exception {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			List<ConnectionStatus> statuses = new CopyOnWriteArrayList<>();
			start(() -> serve(server));
			try (RivetClient client = client(server.getLocalPort())) {
				ActorConnection connection = client.getForId("room", "1").connect();
				connection.onStatus(statuses::add);
				await().untilAsserted(() -> assertThat(statuses).containsSubsequence(ConnectionStatus.CONNECTED,
						ConnectionStatus.DISCONNECTED, ConnectionStatus.CONNECTED));
			}
		}
	}

	@Test
	void responseWhoseBodyDoesNotComeIsNotWaitedForForEver() throws Exception {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			FutureTask<byte[]> hangingUp = new FutureTask<>(() -> {
				answer(server.accept());
				Socket socket = server.accept();
				head(socket.getInputStream());
				byte[] response = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
				socket.getOutputStream().write(response);
				return socket.getInputStream().readAllBytes();
			});
			start(hangingUp);
			try (RivetClient client = remote(server).callTimeout(Duration.ofMillis(500)).client()) {
				assertThatExceptionOfType(RivetException.class)
					.isThrownBy(() -> client.getForId("room", "1").call(Integer.class, "value"))
					.withMessage("HTTP request error: request timed out")
					.satisfies((ex) -> assertThat(ex.is("client", "request_failed")).isTrue());
			}
			assertThat(hangingUp).succeedsWithin(Duration.ofSeconds(5));
		}
	}

	@Test
	void messageThatDoesNotEndIsNotKept() {
		List<String> ends = new CopyOnWriteArrayList<>();
		for (boolean binary : List.of(true, false)) {
			ConnectionListener listener = mock();
			willAnswer((call) -> ends.add(call.getArgument(0, CloseReason.class).text())).given(listener).closed(any());
			RemoteConnection connection = new RemoteConnection(requests(1), Encoding.JSON, listener, (delay, task) -> {
			}, Duration.ofMinutes(1));
			WebSocket socket = mock();
			connection.onOpen(socket);
			ByteBuffer part = ByteBuffer.allocate(MAX_MESSAGE / 2);
			for (int i = 0; i < 3; i++) {
				if (binary) {
					connection.onBinary(socket, part.duplicate(), false);
				}
				else {
					connection.onText(socket, StandardCharsets.ISO_8859_1.decode(part.duplicate()), false);
				}
			}
			then(socket).should().abort();
		}
		assertThat(ends).hasSize(2).allMatch((reason) -> reason.startsWith("client.message_too_long"));
	}

	private static void start(Runnable server) {
		Thread thread = new Thread(server);
		thread.setDaemon(true);
		thread.start();
	}

	private static RemoteServer remote(ServerSocket server) {
		return RemoteServer.at("http://127.0.0.1:" + server.getLocalPort());
	}

	private static Requests requests(int port) {
		return new Requests(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
				URI.create("http://127.0.0.1:" + port), null, Map.of(), mapper, MAX_MESSAGE);
	}

	private static RivetClient client(int port) {
		Requests requests = requests(port);
		return RivetClient.over(new RemoteTransport(requests, new ActorLookup(requests, "default"), Encoding.JSON,
				Duration.ofMillis(200), Duration.ofSeconds(10)), mapper);
	}

	private static void serve(ServerSocket server) {
		// a socket that nobody refers to may be closed at any time
		List<Socket> sockets = new ArrayList<>();
		while (!server.isClosed()) {
			try {
				Socket socket = server.accept();
				sockets.add(socket);
				answer(socket);
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
