package dev.rivet.web;

import java.io.IOException;
import java.util.regex.Pattern;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Refuses encoded slashes and backslashes outside of the base path. Web servers refuse
 * them everywhere, until they are told to let those through that clients of actors send
 * in names; the rest of the application may rely on there being none.
 */
public final class EncodedSlashFilter implements Filter {

	private static final Pattern ENCODED_SLASH = Pattern.compile("%2f|%5c", Pattern.CASE_INSENSITIVE);

	private final String prefix;

	/**
	 * Creates a filter.
	 * @param basePath where they are let through, within the application
	 */
	public EncodedSlashFilter(String basePath) {
		this.prefix = basePath + "/";
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		HttpServletRequest http = (HttpServletRequest) request;
		String uri = http.getRequestURI();
		if (uri.indexOf('%') >= 0 && !isUnderBasePath(http, uri) && ENCODED_SLASH.matcher(uri).find()) {
			((HttpServletResponse) response).sendError(HttpServletResponse.SC_BAD_REQUEST);
			return;
		}
		chain.doFilter(request, response);
	}

	/**
	 * Looks at the path as it was sent and as the web server understands it.
	 */
	private boolean isUnderBasePath(HttpServletRequest request, String uri) {
		return uri.startsWith(request.getContextPath() + this.prefix)
				&& GatewayHandlerMapping.mapped(request).startsWith(this.prefix);
	}

}
