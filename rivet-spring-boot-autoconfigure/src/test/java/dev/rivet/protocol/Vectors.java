package dev.rivet.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the clients and servers of two versions were seen to send.
 */
final class Vectors {

	static final List<String> VERSIONS = List.of("2.1.5", "2.3.19");

	private Vectors() {
	}

	/**
	 * Return the HTTP exchanges with actors.
	 * @return the calls of actions and the messages to queues, in the order of the
	 * capture
	 */
	static List<Exchange> exchanges() {
		List<Exchange> exchanges = new ArrayList<>();
		for (String version : VERSIONS) {
			for (Encoding encoding : Encoding.values()) {
				for (JsonNode vector : load(version, "http", encoding).get("cases")) {
					Exchange exchange = exchange(version, encoding, vector);
					if (exchange.isAction() || exchange.isQueue()) {
						exchanges.add(exchange);
					}
				}
			}
		}
		return exchanges;
	}

	private static Exchange exchange(String version, Encoding encoding, JsonNode vector) {
		JsonNode request = vector.get("request");
		JsonNode response = vector.path("response");
		String path = request.get("url").stringValue().replaceFirst("\\?.*", "");
		return new Exchange(version, encoding, vector.get("case").stringValue(),
				path.replaceFirst("/gateway/[^/]+", ""), body(request.path("body")), response.path("status").asInt(0),
				body(response.path("body")));
	}

	/**
	 * Return the frames of connections.
	 * @return the frames, without those of raw sockets
	 */
	static List<Frame> frames() {
		return conversations().stream()
			.flatMap((conversation) -> conversation.frames().stream())
			.filter((frame) -> !frame.isClose())
			.toList();
	}

	/**
	 * Return the connections.
	 * @return the connections, without raw sockets
	 */
	static List<Conversation> conversations() {
		List<Conversation> conversations = new ArrayList<>();
		for (String version : VERSIONS) {
			for (Encoding encoding : Encoding.values()) {
				for (JsonNode connection : load(version, "websocket", encoding).get("connections")) {
					if (!connection.at("/open/url").stringValue().contains("/connect")) {
						continue;
					}
					List<Frame> frames = new ArrayList<>();
					for (JsonNode event : connection.get("events")) {
						if (event.has("len") || event.path("type").asString("").equals("close")) {
							frames.add(new Frame(version, encoding, event.get("case").stringValue(),
									event.get("dir").stringValue(), body(event), close(event)));
						}
					}
					conversations.add(new Conversation(version, encoding,
							connection.get("openedDuringCase").stringValue(), protocols(connection), frames));
				}
			}
		}
		return conversations;
	}

	private static List<String> protocols(JsonNode connection) {
		for (JsonNode header : connection.at("/open/headers")) {
			if (header.get(0).stringValue().equals("Sec-WebSocket-Protocol")) {
				return List.of(header.get(1).stringValue().split(","));
			}
		}
		throw new IllegalStateException("No subprotocols in " + connection);
	}

	private static String close(JsonNode event) {
		return event.has("code")
				? "close %d %s".formatted(event.get("code").intValue(), event.path("reason").asString("")) : "";
	}

	private static JsonNode load(String version, String kind, Encoding encoding) {
		String name = "vectors/client-%s-%s-%s.json".formatted(version, kind, encoding.wireName());
		try (InputStream stream = Vectors.class.getResourceAsStream(name)) {
			return JsonMapper.shared().readTree(stream);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Body body(JsonNode node) {
		if (!node.has("hex")) {
			return new Body(node.path("len").asInt(0), new byte[0]);
		}
		String hex = node.get("hex").stringValue().replaceFirst("\\.\\.\\.$", "");
		return new Body(node.get("len").intValue(), HexFormat.of().parseHex(hex));
	}

	static Peer peer(String version) {
		return Peer.of("RivetKit/" + version);
	}

	/**
	 * Bytes, of which the capture kept only the first if there were many.
	 *
	 * @param length how many there were
	 * @param bytes those that were kept
	 */
	record Body(int length, byte[] bytes) {

		boolean isShortened() {
			return this.bytes.length < this.length;
		}

	}

	record Exchange(String version, Encoding encoding, String name, String path, Body request, int status,
			Body response) {

		boolean isAction() {
			return this.path.startsWith("/action/");
		}

		boolean isQueue() {
			return this.path.startsWith("/queue/");
		}

		Peer peer() {
			return Vectors.peer(this.version);
		}

		MessageCodec codec() {
			return MessageCodec.forEncoding(this.encoding);
		}

		@Override
		public String toString() {
			return this.version + " " + this.encoding + " " + this.name + " " + this.path;
		}

	}

	/**
	 * A connection.
	 *
	 * @param version the version of the client
	 * @param encoding its encoding
	 * @param name the step of the client that opened it
	 * @param protocols the subprotocols that the client offered
	 * @param frames what was sent, in order
	 */
	record Conversation(String version, Encoding encoding, String name, List<String> protocols, List<Frame> frames) {

		@Override
		public String toString() {
			return this.version + " " + this.encoding + " after " + this.name;
		}

	}

	record Frame(String version, Encoding encoding, String name, String direction, Body body, String close) {

		boolean isClose() {
			return !this.close.isEmpty();
		}

		boolean isToServer() {
			return this.direction.equals("client->server");
		}

		Peer peer() {
			return Vectors.peer(this.version);
		}

		MessageCodec codec() {
			return MessageCodec.forEncoding(this.encoding);
		}

		@Override
		public String toString() {
			return this.version + " " + this.encoding + " " + this.name + " " + this.direction;
		}

	}

}
