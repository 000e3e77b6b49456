package dev.rivet.web;

import java.io.IOException;

import jakarta.servlet.http.HttpServletResponse;

/**
 * An answer, which is written as it is, past the message converters of the application
 * and whatever it has for the bodies of its own controllers.
 *
 * @param status the HTTP status
 * @param contentType the type of the body
 * @param body the body
 */
record Answer(int status, String contentType, byte[] body) {

	static final String TEXT = "text/plain;charset=UTF-8";

	static final String JSON = "application/json";

	void write(HttpServletResponse response) throws IOException {
		response.setStatus(this.status);
		response.setContentType(this.contentType);
		response.setContentLength(this.body.length);
		response.getOutputStream().write(this.body);
	}

}
