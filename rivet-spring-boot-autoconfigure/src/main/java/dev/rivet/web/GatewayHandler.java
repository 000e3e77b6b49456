package dev.rivet.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.QueueResult;
import dev.rivet.client.RivetException;
import dev.rivet.protocol.ActionRequest;
import dev.rivet.protocol.Encoding;
import dev.rivet.protocol.MessageCodec;
import dev.rivet.protocol.Peer;
import dev.rivet.protocol.QueueRequest;
import dev.rivet.protocol.QueueResponse;
import dev.rivet.runtime.ActorRuntime;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.HttpRequestHandler;

/**
 * Answers requests to actors, and those under the base path that are to nobody. Actions
 * are answered asynchronously, when what they changed is durable, by whichever thread
 * learns of it.
 */
public final class GatewayHandler implements HttpRequestHandler {

	static final String PATH = GatewayHandler.class.getName() + ".path";

	private static final Log logger = LogFactory.getLog(GatewayHandler.class);

	/**
	 * Responses up to this size fit the send buffer of an idle socket, so that writing
	 * them does not wait for the client.
	 */
	private static final int WRITTEN_AT_ONCE = 16 * 1024;

	private static final String TEXT = "text/plain;charset=UTF-8";

	private static final String JSON = "application/json";

	private final ActorRuntime runtime;

	private final ObjectMapper wire;

	private final RawRequestHandler rawRequests;

	private final MessageLimits limits;

	private final String version;

	private final Executor slowWrites;

	/**
	 * Creates a handler.
	 * @param runtime what runs the actors
	 * @param rawRequests handles raw requests
	 * @param wire the mapper for values
	 * @param limits how large messages may be
	 * @param version the version that clients are told
	 * @param slowWrites where responses are written that may have to wait for the client
	 */
	public GatewayHandler(ActorRuntime runtime, RawRequestHandler rawRequests, ObjectMapper wire, MessageLimits limits,
			String version, Executor slowWrites) {
		this.runtime = runtime;
		this.rawRequests = rawRequests;
		this.wire = wire;
		this.limits = limits;
		this.version = version;
		this.slowWrites = slowWrites;
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		try {
			handle(request, response);
		}
		catch (IOException ex) {
			throw ex;
		}
		catch (Exception ex) {
			write(response, ErrorResponse.of(ex, this.wire));
		}
	}

	private void handle(HttpServletRequest request, HttpServletResponse response) throws Exception {
		String path = (String) request.getAttribute(PATH);
		if (path == null) {
			throw routeNotFound();
		}
		GatewayRoute route = GatewayRoute.of(request, path);
		String action = route.segmentAfter("/action/");
		if (action != null && request.getMethod().equals("POST")) {
			callAction(request, response, route.actor(), action);
			return;
		}
		String queue = route.path().equals("/queue") ? "" : route.segmentAfter("/queue/");
		if (queue != null && request.getMethod().equals("POST")) {
			send(request, response, route.actor(), queue);
			return;
		}
		if (route.path().equals(RawRequest.PREFIX) || route.path().startsWith(RawRequest.PREFIX + "/")) {
			this.rawRequests.handle(request, response, route,
					parameters(request.getHeader("x-rivet-conn-params"), this.wire));
			return;
		}
		if (!request.getMethod().equals("GET")) {
			throw routeNotFound();
		}
		switch (route.path()) {
			case "/" -> whenFound(response, route.actor(), TEXT, "This is a RivetKit actor.\n");
			case "/health" -> whenFound(response, route.actor(), TEXT, "ok");
			case "/metadata" -> whenFound(response, route.actor(), JSON,
					"{\"runtime\":\"rivetkit\",\"version\":\"" + this.version + "\"}");
			default -> throw routeNotFound();
		}
	}

	static RivetException routeNotFound() {
		return new RivetException("route", "not_found", "Route not found");
	}

	private void callAction(HttpServletRequest request, HttpServletResponse response, ActorAddress actor, String action)
			throws IOException {
		Encoding encoding = Encoding.of(request.getHeader("x-rivet-encoding"));
		JsonNode parameters = parameters(request.getHeader("x-rivet-conn-params"), this.wire);
		MessageCodec codec = MessageCodec.forEncoding(encoding);
		ActionRequest call = codec.decodeActionRequest(MessageLimits.readBody(request, this.limits.incoming()),
				peer(request));
		CompletableFuture<JsonNode> reply = this.runtime.serve(actor, action, call.args(), parameters,
				new ServletServerHttpRequest(request));
		respond(request, response, encoding, reply, (output) -> codec.encodeActionResponse(output, call.peer()));
	}

	private void send(HttpServletRequest request, HttpServletResponse response, ActorAddress actor, String name)
			throws IOException {
		Encoding encoding = Encoding.of(request.getHeader("x-rivet-encoding"));
		JsonNode parameters = parameters(request.getHeader("x-rivet-conn-params"), this.wire);
		MessageCodec codec = MessageCodec.forEncoding(encoding);
		QueueRequest message = codec.decodeQueueRequest(MessageLimits.readBody(request, this.limits.incoming()),
				peer(request));
		String queue = name.isEmpty() ? message.name() : name;
		if (queue == null || queue.isEmpty()) {
			throw new RivetException("request", "invalid", "Invalid request: missing queue name");
		}
		Long timeout = message.timeout();
		CompletableFuture<QueueResult> reply = this.runtime.send(actor, queue, message.body(), message.waits(),
				(timeout != null) ? Duration.ofMillis(Math.max(0, timeout)) : null, parameters,
				this.runtime.captureCaller(), new ServletServerHttpRequest(request));
		respond(request, response, encoding, reply,
				(result) -> codec.encodeQueueResponse(new QueueResponse(
						result.completed() ? QueueResponse.Status.COMPLETED : QueueResponse.Status.TIMED_OUT,
						result.reply()), message.peer()));
	}

	private <T> void respond(HttpServletRequest request, HttpServletResponse response, Encoding encoding,
			CompletableFuture<T> reply, Function<T, byte[]> encoder) throws IOException {
		if (reply.isDone()) {
			write(response, 200, encoding.contentType(), limited(encoder.apply(reply.join())));
			return;
		}
		AsyncContext async = request.startAsync(request, response);
		async.setTimeout(0);
		reply.whenComplete((output, failure) -> {
			try {
				if (failure == null) {
					answer(async, 200, encoding.contentType(), limited(encoder.apply(output)));
					return;
				}
				refuse(async, failure);
			}
			catch (RuntimeException ex) {
				refuse(async, ex);
			}
		});
	}

	private void refuse(AsyncContext async, Throwable failure) {
		ErrorResponse refusal = ErrorResponse.of(failure, this.wire);
		answer(async, refusal.status(), JSON, refusal.body());
	}

	private byte[] limited(byte[] body) {
		if (body.length > this.limits.outgoing()) {
			throw MessageLimits.outgoingTooLong();
		}
		return body;
	}

	static Peer peer(HttpServletRequest request) {
		String query = request.getQueryString();
		return (query != null && query.contains("rvt-method=")) ? Peer.V2_3 : Peer.of(request.getHeader("User-Agent"));
	}

	static @Nullable JsonNode parameters(@Nullable String header, ObjectMapper wire) {
		if (header == null) {
			return null;
		}
		if (header.length() > MessageLimits.PARAMETERS) {
			throw new RivetException("params", "invalid",
					"Invalid params JSON: longer than " + MessageLimits.PARAMETERS + " bytes");
		}
		try {
			return wire.readTree(header);
		}
		catch (JacksonException ex) {
			throw new RivetException("params", "invalid", "Invalid params JSON: " + ex.getOriginalMessage());
		}
	}

	private void whenFound(HttpServletResponse response, ActorAddress actor, String contentType, String text)
			throws IOException {
		this.runtime.find(actor).join();
		write(response, 200, contentType, text.getBytes(StandardCharsets.UTF_8));
	}

	private void answer(AsyncContext async, int status, String contentType, byte[] body) {
		if (body.length > WRITTEN_AT_ONCE) {
			this.slowWrites.execute(() -> writeAndComplete(async, status, contentType, body));
		}
		else {
			writeAndComplete(async, status, contentType, body);
		}
	}

	private static void writeAndComplete(AsyncContext async, int status, String contentType, byte[] body) {
		try {
			HttpServletResponse response = (HttpServletResponse) async.getResponse();
			write(response, status, contentType, body);
			response.flushBuffer();
		}
		catch (IOException | IllegalStateException ex) {
			logger.debug("A client has gone before its answer was there", ex);
		}
		finally {
			async.complete();
		}
	}

	private static void write(HttpServletResponse response, ErrorResponse error) throws IOException {
		write(response, error.status(), JSON, error.body());
	}

	private static void write(HttpServletResponse response, int status, String contentType, byte[] body)
			throws IOException {
		response.setStatus(status);
		response.setContentType(contentType);
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

}
