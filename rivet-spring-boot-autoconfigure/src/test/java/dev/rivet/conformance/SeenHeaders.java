package dev.rivet.conformance;

import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Remembers the headers of all requests.
 */
@Component
class SeenHeaders extends OncePerRequestFilter {

	private final Set<String> seen = ConcurrentHashMap.newKeySet();

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		for (String name : Collections.list(request.getHeaderNames())) {
			this.seen.add(line(name, request.getHeader(name)));
		}
		chain.doFilter(request, response);
	}

	boolean contain(String name, String value) {
		return this.seen.contains(line(name, value));
	}

	private static String line(String name, String value) {
		return name.toLowerCase(Locale.ROOT) + ": " + value;
	}

}
