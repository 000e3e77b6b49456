package dev.rivet.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.RivetException;
import dev.rivet.protocol.Encoding;
import dev.rivet.protocol.Peer;
import dev.rivet.protocol.ProtocolException;
import dev.rivet.runtime.ActorRuntime;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import org.springframework.web.util.UriUtils;

/**
 * Opens the sockets of connections. Whatever is wrong with the request, the handshake
 * succeeds: only over the open socket can clients be told why they are refused.
 */
public final class GatewaySocketHandler implements HttpRequestHandler {

	private static final String PROTOCOL = "rivet";

	private static final String ENCODING = "rivet_encoding.";

	private static final String PARAMETERS = "rivet_conn_params.";

	private static final String ACTOR = "rivet_actor.";

	private static final String RAW = "/websocket";

	private final ActorRuntime runtime;

	private final ObjectMapper wire;

	private final MessageLimits limits;

	private final Sockets sockets;

	private final Handshakes handshakes = new Handshakes(PROTOCOL);

	/**
	 * Creates a handler.
	 * @param runtime what runs the actors
	 * @param wire the mapper for values
	 * @param limits how large messages may be
	 * @param sockets all sockets
	 */
	public GatewaySocketHandler(ActorRuntime runtime, ObjectMapper wire, MessageLimits limits, Sockets sockets) {
		this.runtime = runtime;
		this.wire = wire;
		this.limits = limits;
		this.sockets = sockets;
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		ServletServerHttpRequest handshake = new ServletServerHttpRequest(request);
		List<String> protocols = protocols(request);
		try (ServletServerHttpResponse answer = new ServletServerHttpResponse(response)) {
			GatewaySocket socket = socket(request, new Handshake(handshake, this.runtime.captureCaller()), protocols);
			this.handshakes.doHandshake(handshake, answer, socket, Map.of());
		}
	}

	private static List<String> protocols(HttpServletRequest request) {
		String header = request.getHeader("Sec-WebSocket-Protocol");
		return (header == null) ? List.of() : Arrays.stream(header.split(",")).map(String::trim).toList();
	}

	private GatewaySocket socket(HttpServletRequest request, Handshake handshake, List<String> protocols) {
		Peer peer = GatewayHandler.peer(request);
		Encoding encoding = Encoding.JSON;
		try {
			encoding = Encoding.of(value(protocols, ENCODING));
			GatewayRoute route = route(request, (String) request.getAttribute(GatewayHandler.PATH), protocols);
			JsonNode parameters = parameters(value(protocols, PARAMETERS));
			if (route.path().equals("/connect")) {
				return new ConnectionSocket(this.sockets, this.limits, this.wire, encoding, peer,
						(listener) -> this.runtime.connect(route.actor(), parameters, handshake.caller(), handshake,
								listener));
			}
			String path = rawPath(route, request);
			return new RawGatewaySocket(this.sockets, this.limits, (listener) -> this.runtime.openSocket(route.actor(),
					parameters, handshake.caller(), handshake, path, listener));
		}
		catch (RivetException | ProtocolException ex) {
			if (request.getRequestURI().contains(RAW)) {
				return new RawGatewaySocket(this.sockets, this.limits, (listener) -> {
					throw ex;
				});
			}
			return new ConnectionSocket(this.sockets, this.limits, this.wire, encoding, peer, (listener) -> {
				throw ex;
			});
		}
	}

	/**
	 * Returns the path and query that an actor sees of a request for a raw WebSocket.
	 */
	private static String rawPath(GatewayRoute route, HttpServletRequest request) {
		if (!route.path().equals(RAW) && !route.path().startsWith(RAW + "/")) {
			throw new RivetException("route", "not_found", "Route not found");
		}
		String path = route.path().substring(RAW.length());
		String query = GatewayRoute.withoutAddress(request.getQueryString());
		return (path.isEmpty() ? "/" : path) + (query.isEmpty() ? "" : "?" + query);
	}

	private static GatewayRoute route(HttpServletRequest request, String path, List<String> protocols) {
		String actorId = value(protocols, ACTOR);
		return (actorId != null && protocols.contains("rivet_target.actor"))
				? new GatewayRoute(new ActorAddress.ById(null, actorId), path) : GatewayRoute.of(request, path);
	}

	private static @Nullable String value(List<String> protocols, String prefix) {
		return protocols.stream()
			.filter((protocol) -> protocol.startsWith(prefix))
			.findFirst()
			.map((protocol) -> protocol.substring(prefix.length()))
			.orElse(null);
	}

	private @Nullable JsonNode parameters(@Nullable String encoded) {
		if (encoded == null) {
			return null;
		}
		try {
			return GatewayHandler.parameters(UriUtils.decode(encoded, StandardCharsets.UTF_8), this.wire);
		}
		catch (IllegalArgumentException ex) {
			throw new RivetException("params", "invalid", "Invalid params JSON: bad percent-encoding");
		}
	}

	/**
	 * Handshakes by the standard's own means, which each web server has, and without
	 * compression, which would cost more than these short messages are worth.
	 */
	static final class Handshakes extends DefaultHandshakeHandler {

		Handshakes(String... protocols) {
			super(new StandardWebSocketUpgradeStrategy());
			setSupportedProtocols(protocols);
		}

		@Override
		protected List<WebSocketExtension> filterRequestedExtensions(ServerHttpRequest request,
				List<WebSocketExtension> requested, List<WebSocketExtension> supported) {
			return List.of();
		}

	}

}
