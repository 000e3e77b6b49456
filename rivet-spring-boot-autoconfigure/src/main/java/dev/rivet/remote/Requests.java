package dev.rivet.remote;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.rivet.client.RivetException;
import dev.rivet.protocol.Encoding;
import dev.rivet.protocol.MessageCodec;
import dev.rivet.protocol.Peer;
import dev.rivet.protocol.ProtocolException;
import dev.rivet.protocol.WireError;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * HTTP requests to a server, and what their failures mean.
 */
final class Requests {

	/**
	 * Which the server can be told: headers have no characters beyond ASCII.
	 */
	private static final JsonMapper PLAIN = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

	/**
	 * The code of errors that say that there may be no server.
	 */
	static final String FAILED = "request_failed";

	private static final String REFUSED = "request_refused";

	private static final int QUOTED = 500;

	/**
	 * After which nobody waits for an answer any more that got lost with its server.
	 */
	private static final Duration MANAGEMENT_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(30);

	private final HttpClient http;

	private final URI baseUrl;

	private final @Nullable String token;

	private final Map<String, String> headers;

	private final ObjectMapper values;

	private final int maxMessage;

	Requests(HttpClient http, URI baseUrl, @Nullable String token, Map<String, String> headers, ObjectMapper values,
			int maxMessage) {
		this.http = http;
		this.baseUrl = baseUrl;
		this.token = token;
		this.headers = headers;
		this.values = values;
		this.maxMessage = maxMessage;
	}

	/**
	 * Asks for something other than an actor's own answer.
	 * @param method the method
	 * @param path the path below the base URL, with its query
	 * @param body what to send, if anything
	 * @return the answer; fails with a {@link RivetException}
	 */
	CompletableFuture<JsonNode> manage(String method, String path, @Nullable JsonNode body) {
		HttpRequest.Builder request = request(path).timeout(MANAGEMENT_TIMEOUT);
		if (this.token != null) {
			request.setHeader("Authorization", "Bearer " + this.token);
		}
		if (body != null) {
			request.setHeader("Content-Type", Encoding.JSON.contentType());
		}
		request.method(method,
				(body != null) ? BodyPublishers.ofString(PLAIN.writeValueAsString(body)) : BodyPublishers.noBody());
		return send(request.build(), Encoding.JSON).thenApply(Requests::json);
	}

	private static JsonNode json(byte[] body) {
		try {
			return PLAIN.readTree(body);
		}
		catch (JacksonException ex) {
			throw failed("the answer is no JSON", ex);
		}
	}

	/**
	 * Calls an action.
	 * @param actorId the actor's id
	 * @param route what is asked for
	 * @param name the name of the action or queue
	 * @param encoding the encoding of request and response
	 * @param body the request
	 * @param parameters the connection's parameters, if any
	 * @param timeout how long to wait for the response, or {@code null} to wait for ever
	 * @return the response; fails with a {@link RivetException}
	 */
	CompletableFuture<byte[]> call(String actorId, String route, String name, Encoding encoding, byte[] body,
			@Nullable JsonNode parameters, @Nullable Duration timeout) {
		HttpRequest.Builder request = request(gateway(actorId) + route + encode(name))
			.setHeader("Content-Type", encoding.contentType())
			.setHeader("x-rivet-encoding", encoding.wireName())
			.POST(BodyPublishers.ofByteArray(body));
		if (timeout != null) {
			request.timeout(timeout);
		}
		if (this.token != null) {
			request.setHeader("x-rivet-token", this.token);
		}
		if (parameters != null) {
			request.setHeader("x-rivet-conn-params", PLAIN.writeValueAsString(parameters));
		}
		return send(request.build(), encoding);
	}

	/**
	 * Opens the socket of a connection.
	 * @param actorId the actor's id
	 * @param encoding the encoding of messages
	 * @param parameters the connection's parameters, if any
	 * @param listener what hears of the socket
	 * @return the socket; fails with a {@link RivetException}
	 */
	CompletableFuture<WebSocket> connect(String actorId, Encoding encoding, @Nullable JsonNode parameters,
			WebSocket.Listener listener) {
		WebSocket.Builder socket = this.http.newWebSocketBuilder().connectTimeout(HANDSHAKE_TIMEOUT);
		this.headers.forEach(socket::header);
		String encodingProtocol = "rivet_encoding." + encoding.wireName();
		if (parameters != null) {
			socket.subprotocols("rivet", encodingProtocol,
					"rivet_conn_params." + encode(PLAIN.writeValueAsString(parameters)));
		}
		else {
			socket.subprotocols("rivet", encodingProtocol);
		}
		URI uri = URI.create("ws" + uri(gateway(actorId) + "/connect").toString().substring("http".length()));
		return limit(socket.buildAsync(uri, listener), HANDSHAKE_TIMEOUT).exceptionally((failure) -> {
			if (unwrap(failure) instanceof WebSocketHandshakeException refused) {
				throw failed(refused.getResponse().statusCode(), "");
			}
			throw failed(reason(failure), failure);
		});
	}

	private String gateway(String actorId) {
		return "/gateway/" + encode(actorId) + ((this.token != null) ? "@" + encode(this.token) : "");
	}

	private HttpRequest.Builder request(String path) {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
		this.headers.forEach(request::setHeader);
		return request;
	}

	private URI uri(String path) {
		return URI.create(this.baseUrl + path);
	}

	static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
	}

	private CompletableFuture<byte[]> send(HttpRequest request, Encoding encoding) {
		CompletableFuture<HttpResponse<byte[]>> exchange = this.http.sendAsync(request, (head) -> body());
		CompletableFuture<HttpResponse<byte[]>> answer = request.timeout()
			.map((timeout) -> limit(exchange, timeout))
			.orElse(exchange);
		return answer.handle((response, failure) -> {
			if (failure != null) {
				throw (unwrap(failure) instanceof RivetException tooLong) ? tooLong : failed(reason(failure), failure);
			}
			if (response.statusCode() / 100 != 2) {
				throw error(response, encoding);
			}
			return response.body();
		});
	}

	/**
	 * Ends an exchange when its time is over: the timeouts of the HTTP client itself only
	 * last until the head of the response is there, whose body may never come.
	 */
	private static <T> CompletableFuture<T> limit(CompletableFuture<T> exchange, Duration timeout) {
		return exchange.copy()
			.orTimeout(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS)
			.exceptionallyCompose((failure) -> {
				if (failure instanceof TimeoutException) {
					exchange.cancel(true);
					return CompletableFuture.failedFuture(new HttpTimeoutException("request timed out"));
				}
				return CompletableFuture.failedFuture(failure);
			});
	}

	/**
	 * Takes the body of a response. That the consumer throws ends the exchange.
	 */
	private BodySubscriber<byte[]> body() {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		return BodySubscribers.mapping(BodySubscribers.ofByteArrayConsumer((part) -> part.ifPresent((bytes) -> {
			if (isTooLong(body.size() + bytes.length)) {
				throw messageTooLong();
			}
			body.writeBytes(bytes);
		})), (end) -> body.toByteArray());
	}

	/**
	 * Returns the error that a response is. Those of gateways are JSON, whatever was
	 * asked for.
	 */
	private RivetException error(HttpResponse<byte[]> response, Encoding encoding) {
		boolean json = response.headers().firstValue("Content-Type").orElse("").contains("application/json");
		try {
			return error(
					MessageCodec.forEncoding(json ? Encoding.JSON : encoding).decodeError(response.body(), Peer.V2_1));
		}
		catch (ProtocolException ex) {
			String body = new String(response.body(), StandardCharsets.UTF_8);
			return failed(response.statusCode(), ": " + body.substring(0, Math.min(body.length(), QUOTED)));
		}
	}

	RivetException error(WireError error) {
		return new RivetException(error.group(), error.code(), error.message(),
				(error.metadata() != null) ? this.values.treeToValue(error.metadata(), Object.class) : null);
	}

	private static RivetException failed(int status, String body) {
		return new RivetException("client", (status / 100 == 4) ? REFUSED : FAILED,
				"HTTP request error: status " + status + body);
	}

	/**
	 * Returns whether so many bytes are too many for a message: a server must not be able
	 * to fill the memory.
	 */
	boolean isTooLong(int bytes) {
		return bytes > this.maxMessage;
	}

	RivetException messageTooLong() {
		return new RivetException("client", "message_too_long",
				"The server's message has more than " + this.maxMessage + " bytes");
	}

	/**
	 * Returns the error for a request that got no proper answer.
	 */
	static RivetException failed(String reason, Throwable cause) {
		RivetException error = new RivetException("client", FAILED, "HTTP request error: " + reason);
		error.initCause(unwrap(cause));
		return error;
	}

	private static String reason(Throwable failure) {
		Throwable cause = unwrap(failure);
		return (cause.getMessage() != null) ? cause.getMessage() : cause.getClass().getSimpleName();
	}

	static Throwable unwrap(Throwable failure) {
		Throwable cause = failure.getCause();
		boolean wraps = failure instanceof CompletionException || failure instanceof ExecutionException;
		return (wraps && cause != null) ? unwrap(cause) : failure;
	}

}
