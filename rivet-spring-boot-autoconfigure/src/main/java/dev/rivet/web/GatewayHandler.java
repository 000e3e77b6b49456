package dev.rivet.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
import dev.rivet.store.ElasticExecutor;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * Answers requests to actors, and those under the base path that are to nobody. Actions
 * are answered asynchronously, when what they changed is durable.
 */
public final class GatewayHandler implements HttpRequestHandler, DisposableBean {

	static final String PATH = GatewayHandler.class.getName() + ".path";

	private static final Log logger = LogFactory.getLog(GatewayHandler.class);

	/**
	 * How many processors there are for each thread that writes, as long as none waits.
	 */
	private static final int PROCESSORS_PER_WRITER = 4;

	private final ActorRuntime runtime;

	private final ObjectMapper wire;

	private final RawRequestHandler rawRequests;

	private final MessageLimits limits;

	private final String version;

	private final ElasticExecutor writers = new ElasticExecutor("rivet-write-",
			Math.max(1, Runtime.getRuntime().availableProcessors() / PROCESSORS_PER_WRITER),
			(task, threads) -> task.run());

	/**
	 * Creates a handler.
	 * @param runtime what runs the actors
	 * @param rawRequests handles raw requests
	 * @param wire the mapper for values
	 * @param limits how large messages may be
	 * @param version the version that clients are told
	 */
	public GatewayHandler(ActorRuntime runtime, RawRequestHandler rawRequests, ObjectMapper wire, MessageLimits limits,
			String version) {
		this.runtime = runtime;
		this.rawRequests = rawRequests;
		this.wire = wire;
		this.limits = limits;
		this.version = version;
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
			if (!response.isCommitted()) {
				// a stream may have begun
				response.resetBuffer();
			}
			ErrorResponse.of(ex, this.wire).write(response);
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
			case "/" -> whenFound(response, route.actor(), Answer.TEXT, "This is a RivetKit actor.\n");
			case "/health" -> whenFound(response, route.actor(), Answer.TEXT, "ok");
			case "/metadata" -> whenFound(response, route.actor(), Answer.JSON,
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
				new CallRequest(request));
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
				this.runtime.captureCaller(), new CallRequest(request));
		respond(request, response, encoding, reply,
				(result) -> codec.encodeQueueResponse(new QueueResponse(
						result.completed() ? QueueResponse.Status.COMPLETED : QueueResponse.Status.TIMED_OUT,
						result.reply()), message.peer()));
	}

	private <T> void respond(HttpServletRequest request, HttpServletResponse response, Encoding encoding,
			CompletableFuture<T> reply, Function<T, byte[]> encoder) throws IOException {
		if (reply.isDone()) {
			new Answer(200, encoding.contentType(), limited(encoder.apply(reply.join()))).write(response);
			return;
		}
		ShallowEtagHeaderFilter.disableContentCaching(request);
		AnswerFilter.Gate gate = AnswerFilter.gate(request);
		AsyncContext async = request.startAsync(request, response);
		async.setTimeout(0);
		reply.whenComplete((output, failure) -> {
			Answer answer = answer(encoding, encoder, output, failure);
			Runnable writing = () -> writeAndComplete(async, answer);
			boolean left = (gate != null && gate.leave(writing)) || ElasticExecutor.leave(writing);
			if (!left) {
				this.writers.execute(writing);
			}
		});
	}

	private <T> Answer answer(Encoding encoding, Function<T, byte[]> encoder, T output, @Nullable Throwable failure) {
		if (failure != null) {
			return ErrorResponse.of(failure, this.wire);
		}
		try {
			return new Answer(200, encoding.contentType(), limited(encoder.apply(output)));
		}
		catch (RuntimeException ex) {
			return ErrorResponse.of(ex, this.wire);
		}
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
		new Answer(200, contentType, text.getBytes(StandardCharsets.UTF_8)).write(response);
	}

	private static void writeAndComplete(AsyncContext async, Answer answer) {
		try {
			HttpServletResponse response = (HttpServletResponse) async.getResponse();
			answer.write(response);
			response.flushBuffer();
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("A client has gone before its answer was there", ex);
		}
		finally {
			// several at a time: each wakes a thread of the web server
			ElasticExecutor.putOff(() -> complete(async));
		}
	}

	private static void complete(AsyncContext async) {
		try {
			async.complete();
		}
		catch (RuntimeException ex) {
			logger.debug("The web server has ended a request before its answer was there", ex);
		}
	}

	@Override
	public void destroy() {
		this.writers.shutdown();
	}

}
