package dev.rivet.web;

import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;

/**
 * Sends requests that are addressed to an actor to the {@link GatewayHandler}, those that
 * open a WebSocket to the {@link GatewaySocketHandler}, and leaves everything else under
 * the base path to other mappings.
 */
public final class GatewayHandlerMapping extends AbstractHandlerMapping {

	/**
	 * Before everything of the application that might match.
	 */
	public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

	/**
	 * A {@code .} or {@code ..}, which a path may not have: whoever decides by it who may
	 * do what would have seen another one.
	 */
	private static final Pattern DOT_SEGMENT = Pattern.compile("/(\\.|%2[eE]){1,2}([/;]|$)");

	private final String basePath;

	private final GatewayHandler handler;

	private final @Nullable GatewaySocketHandler sockets;

	/**
	 * Creates a mapping.
	 * @param basePath the base path, beginning with a slash and ending without one
	 * @param handler the handler
	 * @param sockets the handler for WebSockets, if there are any
	 */
	public GatewayHandlerMapping(String basePath, GatewayHandler handler, @Nullable GatewaySocketHandler sockets) {
		this.basePath = basePath;
		this.handler = handler;
		this.sockets = sockets;
		setOrder(ORDER);
	}

	@Override
	protected @Nullable Object getHandlerInternal(HttpServletRequest request) {
		String path = request.getRequestURI().substring(request.getContextPath().length());
		if (!path.startsWith(this.basePath) || !mapped(request).startsWith(this.basePath + "/")) {
			return null;
		}
		String below = path.substring(this.basePath.length());
		if (DOT_SEGMENT.matcher(below).find()) {
			return null;
		}
		boolean upgrade = "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
		if (!below.startsWith("/") || !(GatewayRoute.matches(request, below) || (upgrade && isTargeted(request)))) {
			return null;
		}
		request.setAttribute(GatewayHandler.PATH, below);
		return upgrade ? this.sockets : this.handler;
	}

	/**
	 * Returns the path by which the web server has chosen the filters: the one that a
	 * path with {@code ..} leads to.
	 */
	static String mapped(HttpServletRequest request) {
		String rest = request.getPathInfo();
		return (rest != null) ? request.getServletPath() + rest : request.getServletPath();
	}

	/**
	 * Returns whether a request for a WebSocket names the actor in its subprotocols.
	 */
	private static boolean isTargeted(HttpServletRequest request) {
		String protocols = request.getHeader("Sec-WebSocket-Protocol");
		return protocols != null && protocols.contains("rivet_target.actor");
	}

}
