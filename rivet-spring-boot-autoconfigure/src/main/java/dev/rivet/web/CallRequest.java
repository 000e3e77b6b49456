package dev.rivet.web;

import dev.rivet.runtime.PassingRequest;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.server.ServletServerHttpRequest;

/**
 * The request of a single call.
 */
final class CallRequest extends ServletServerHttpRequest implements PassingRequest {

	CallRequest(HttpServletRequest request) {
		super(request);
	}

	@Override
	public Object copy() {
		return new Handshake(this, null);
	}

}
