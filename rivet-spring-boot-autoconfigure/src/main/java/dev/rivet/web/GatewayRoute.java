package dev.rivet.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.RivetException;
import dev.rivet.protocol.CborText;
import dev.rivet.protocol.Peer;
import dev.rivet.runtime.ActorAdministration;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.web.util.UriUtils;

/**
 * Where a request to an actor is meant to go, read from one of the three forms of
 * addressing: {@code /gateway/ID[@TOKEN]}, {@code /gateway/NAME?rvt-...}, and the
 * {@code x-rivet-target} header.
 *
 * @param actor which actor
 * @param path the raw path behind the gateway, beginning with a slash
 */
record GatewayRoute(ActorAddress actor, String path) {

	private static final String GATEWAY = "/gateway/";

	private static final String QUERY_PREFIX = "rvt-";

	private static final Set<String> ONLY_TO_CREATE = Set.of("runner", "pool", "input", "region", "crash-policy");

	private static final Set<String> QUERY_PARAMETERS = new HashSet<>(List.of("namespace", "method", "runner", "pool",
			"key", "input", "region", "crash-policy", "token", "skip-ready-wait"));

	private static final Set<String> BOOLEANS = Set.of("true", "1", "false", "0");

	/**
	 * Returns whether a request is addressed to an actor.
	 * @param request the request
	 * @param path the raw path below the base path
	 * @return whether it is
	 */
	static boolean matches(HttpServletRequest request, String path) {
		if (path.contains("//")) {
			return false;
		}
		return (path.startsWith(GATEWAY) && path.length() > GATEWAY.length() && path.charAt(GATEWAY.length()) != '@')
				|| "actor".equals(request.getHeader("x-rivet-target"));
	}

	/**
	 * Reads a request.
	 * @param request the request
	 * @param path the raw path below the base path
	 * @return the route
	 * @throws RivetException if the address is incomplete or contradictory
	 */
	static GatewayRoute of(HttpServletRequest request, String path) {
		if (!path.startsWith(GATEWAY)) {
			String id = request.getHeader("x-rivet-actor");
			if (id == null || id.isEmpty()) {
				throw new RivetException("request", "missing_actor_header",
						"Missing x-rivet-actor header when x-rivet-target=actor");
			}
			return new GatewayRoute(new ActorAddress.ById(null, id), path);
		}
		int end = path.indexOf('/', GATEWAY.length());
		String segment = path.substring(GATEWAY.length(), (end < 0) ? path.length() : end);
		String rest = (end < 0) ? "/" : path.substring(end);
		Map<String, String> query = query(request.getQueryString());
		if (!query.isEmpty()) {
			return new GatewayRoute(byQuery(segment, query, !isCrossSite(request)), rest);
		}
		int at = segment.indexOf('@');
		if (at == segment.length() - 1) {
			throw new RivetException("request", "invalid", "Invalid request: empty token");
		}
		return new GatewayRoute(new ActorAddress.ById(null, decode((at < 0) ? segment : segment.substring(0, at))),
				rest);
	}

	/**
	 * Returns whether a browser sends this for a page of another site that only links
	 * here or shows a picture: it names no origin that could be looked at.
	 */
	private static boolean isCrossSite(HttpServletRequest request) {
		return "cross-site".equals(request.getHeader("Sec-Fetch-Site")) && request.getHeader("Origin") == null;
	}

	private static Map<String, String> query(@Nullable String query) {
		if (query == null || !query.contains(QUERY_PREFIX)) {
			return Map.of();
		}
		Map<String, String> parameters = new HashMap<>();
		for (String pair : query.split("&")) {
			if (!pair.startsWith(QUERY_PREFIX)) {
				continue;
			}
			int equals = pair.indexOf('=');
			String name = pair.substring(QUERY_PREFIX.length(), (equals < 0) ? pair.length() : equals);
			if (!QUERY_PARAMETERS.contains(name)) {
				throw invalid("unknown field `" + name + "`");
			}
			if (parameters.put(name, (equals < 0) ? "" : formDecode(pair.substring(equals + 1))) != null) {
				throw invalid("duplicate field `" + name + "`");
			}
		}
		return parameters;
	}

	/**
	 * Returns whether a parameter belongs to the address of the actor.
	 * @param parameter the parameter, or its name
	 */
	static boolean isAddress(String parameter) {
		return parameter.startsWith(QUERY_PREFIX);
	}

	/**
	 * Returns what a query says besides the address of the actor.
	 * @param query the raw query, if there is one
	 * @return the rest of it
	 */
	static String withoutAddress(@Nullable String query) {
		return (query == null) ? ""
				: Arrays.stream(query.split("&")).filter((pair) -> !isAddress(pair)).collect(Collectors.joining("&"));
	}

	private static ActorAddress byQuery(String segment, Map<String, String> query, boolean mayCreate) {
		if (segment.contains("@")) {
			throw invalid("the token must be given as rvt-token");
		}
		require(query, "namespace");
		if (!BOOLEANS.contains(query.getOrDefault("skip-ready-wait", "false"))) {
			throw invalid("`skip-ready-wait` must be true, 1, false or 0");
		}
		String name = decode(segment);
		String method = require(query, "method");
		String joined = query.getOrDefault("key", "");
		List<String> key = joined.isEmpty() ? List.of() : Arrays.asList(joined.split(",", -1));
		if (method.equals("get")) {
			for (String parameter : ONLY_TO_CREATE) {
				if (query.containsKey(parameter)) {
					throw invalid("`" + parameter + "` is only allowed with getOrCreate");
				}
			}
			return new ActorAddress.ByKey(name, key);
		}
		if (!method.equals("getOrCreate")) {
			throw invalid("unknown method: " + method + ", expected get or getOrCreate");
		}
		if (!query.containsKey("runner") && !query.containsKey("pool")) {
			throw invalid("missing field `runner`");
		}
		String crashPolicy = query.get("crash-policy");
		if (crashPolicy != null && !ActorAdministration.CRASH_POLICIES.contains(crashPolicy)) {
			throw invalid("unknown crash policy: " + crashPolicy + ", expected restart, sleep or destroy");
		}
		JsonNode input = input(query.get("input"));
		return mayCreate ? new ActorAddress.OrCreated(name, key, input, crashPolicy)
				: new ActorAddress.ByKey(name, key);
	}

	private static @Nullable JsonNode input(@Nullable String encoded) {
		return (encoded != null) ? CborText.decode(encoded, Peer.V2_3) : null;
	}

	private static String require(Map<String, String> query, String name) {
		String value = query.get(name);
		if (value == null) {
			throw invalid("missing field `" + name + "`");
		}
		return value;
	}

	private static RivetException invalid(String detail) {
		return new RivetException("guard", "query_invalid_params", "invalid query gateway params: " + detail,
				Map.of("detail", detail));
	}

	private static String decode(String segment) {
		try {
			return UriUtils.decode(segment, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new RivetException("request", "invalid", "Invalid request: bad percent-encoding in the path");
		}
	}

	private static String formDecode(String value) {
		try {
			return URLDecoder.decode(value, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw invalid("bad percent-encoding");
		}
	}

	/**
	 * Returns a segment of the path, decoded.
	 * @param prefix what stands before it
	 * @return the rest of the path behind the prefix, or {@code null} if the path begins
	 * otherwise or goes on after it
	 */
	@Nullable String segmentAfter(String prefix) {
		if (!this.path.startsWith(prefix) || this.path.length() == prefix.length()
				|| this.path.indexOf('/', prefix.length()) >= 0) {
			return null;
		}
		return decode(this.path.substring(prefix.length()));
	}

}
