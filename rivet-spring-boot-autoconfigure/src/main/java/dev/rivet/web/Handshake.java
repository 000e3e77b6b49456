package dev.rivet.web;

import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;

/**
 * What is kept of the request that opened a socket, since the server uses the request
 * itself for others long before the last hook has looked at it.
 */
final class Handshake implements HttpRequest {

	/**
	 * Name of the attribute of a STOMP session that holds it.
	 */
	static final String ATTRIBUTE = Handshake.class.getName();

	private final HttpMethod method;

	private final URI uri;

	private final HttpHeaders headers;

	private final @Nullable Object caller;

	/**
	 * Copies a request.
	 * @param request the request
	 * @param caller the captured context of whoever sent it
	 */
	Handshake(HttpRequest request, @Nullable Object caller) {
		this.method = request.getMethod();
		this.uri = request.getURI();
		this.headers = HttpHeaders.readOnlyHttpHeaders(HttpHeaders.copyOf(request.getHeaders()));
		this.caller = caller;
	}

	@Nullable Object caller() {
		return this.caller;
	}

	@Override
	public HttpMethod getMethod() {
		return this.method;
	}

	@Override
	public URI getURI() {
		return this.uri;
	}

	@Override
	public HttpHeaders getHeaders() {
		return this.headers;
	}

	@Override
	public Map<String, Object> getAttributes() {
		return Map.of();
	}

}
