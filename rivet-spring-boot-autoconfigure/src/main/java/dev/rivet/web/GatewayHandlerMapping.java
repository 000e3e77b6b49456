package dev.rivet.web;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;

/**
 * Sends requests that are addressed to an actor to the {@link GatewayHandler}, and leaves
 * everything else under the base path, WebSocket upgrades too, to other mappings.
 */
public final class GatewayHandlerMapping extends AbstractHandlerMapping {

	private final String basePath;

	private final GatewayHandler handler;

	/**
	 * Creates a mapping.
	 * @param basePath the base path, beginning with a slash and ending without one
	 * @param handler the handler
	 */
	public GatewayHandlerMapping(String basePath, GatewayHandler handler) {
		this.basePath = basePath;
		this.handler = handler;
		setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
	}

	@Override
	protected @Nullable Object getHandlerInternal(HttpServletRequest request) {
		String path = request.getRequestURI().substring(request.getContextPath().length());
		if (!path.startsWith(this.basePath) || "websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
			return null;
		}
		String below = path.substring(this.basePath.length());
		if (!below.startsWith("/") || !GatewayRoute.matches(request, below)) {
			return null;
		}
		request.setAttribute(GatewayHandler.PATH, below);
		return this.handler;
	}

}
