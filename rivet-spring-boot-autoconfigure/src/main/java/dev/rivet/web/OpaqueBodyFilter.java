package dev.rivet.web;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Spring from reading bodies as forms: none of ours is one, and before any handler
 * is asked, Spring fails on a broken one. The header itself stays as it is. Raw requests
 * are the application's own, which may be forms.
 */
public final class OpaqueBodyFilter implements Filter {

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		HttpServletRequest http = (HttpServletRequest) request;
		boolean raw = http.getRequestURI().contains(RawRequest.PREFIX);
		chain.doFilter(raw ? request : new OpaqueBodyRequest(http), response);
	}

	/**
	 * A request whose body has no type.
	 */
	private static final class OpaqueBodyRequest extends HttpServletRequestWrapper {

		OpaqueBodyRequest(HttpServletRequest request) {
			super(request);
		}

		@Override
		public @Nullable String getContentType() {
			return null;
		}

	}

}
