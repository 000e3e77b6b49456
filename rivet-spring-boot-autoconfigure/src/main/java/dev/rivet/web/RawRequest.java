package dev.rivet.web;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.rivet.client.RivetException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * A raw request as its actor sees it: with the path behind {@code /request}, without the
 * address of the actor, and with a body that ends where it becomes too large.
 */
final class RawRequest extends HttpServletRequestWrapper {

	static final String PREFIX = "/request";

	/**
	 * The most bytes that fit an array, and one to see that there are more.
	 */
	private static final long MOST = Integer.MAX_VALUE - 16;

	private final String path;

	private final @Nullable String query;

	private final long maxBody;

	private @Nullable ServletInputStream input;

	RawRequest(HttpServletRequest request, GatewayRoute route, long maxBody) {
		super(request);
		String behind = route.path().substring(PREFIX.length());
		this.path = behind.isEmpty() ? "/" : behind;
		String rest = GatewayRoute.withoutAddress(request.getQueryString());
		this.query = rest.isEmpty() ? null : rest;
		this.maxBody = maxBody;
	}

	@Override
	public String getRequestURI() {
		return this.path;
	}

	@Override
	public StringBuffer getRequestURL() {
		StringBuffer whole = super.getRequestURL();
		String before = ((HttpServletRequest) getRequest()).getRequestURI();
		return whole.replace(whole.length() - before.length(), whole.length(), this.path);
	}

	@Override
	public @Nullable String getQueryString() {
		return this.query;
	}

	@Override
	public String getContextPath() {
		return "";
	}

	@Override
	public String getServletPath() {
		return "";
	}

	@Override
	public @Nullable String getParameter(String name) {
		return GatewayRoute.isAddress(name) ? null : super.getParameter(name);
	}

	@Override
	public String @Nullable [] getParameterValues(String name) {
		return GatewayRoute.isAddress(name) ? null : super.getParameterValues(name);
	}

	@Override
	public Map<String, String[]> getParameterMap() {
		Map<String, String[]> parameters = new LinkedHashMap<>(super.getParameterMap());
		parameters.keySet().removeIf(GatewayRoute::isAddress);
		return Collections.unmodifiableMap(parameters);
	}

	@Override
	public Enumeration<String> getParameterNames() {
		return Collections.enumeration(getParameterMap().keySet());
	}

	/**
	 * Returns whether there may be a body. One without a length is announced in HTTP/1.1
	 * only.
	 */
	boolean hasBody() {
		long length = getContentLengthLong();
		return length > 0 || (length < 0
				&& (getHeader("Transfer-Encoding") != null || !List.of("GET", "HEAD").contains(getMethod())));
	}

	/**
	 * Reads the body into memory, so that whoever handles the request does not wait for
	 * the client.
	 * @throws RivetException if it is too long, ends early or is a broken form
	 */
	void readBody() {
		if (isForm()) {
			try {
				getParameterMap();
			}
			catch (RuntimeException ex) {
				// each web server has an exception of its own
				throw new RivetException("request", "invalid", "Invalid request: the form cannot be read");
			}
		}
		this.input = new BufferedInput(
				MessageLimits.readBody((HttpServletRequest) getRequest(), (int) Math.min(this.maxBody, MOST)));
	}

	private boolean isForm() {
		String type = getContentType();
		return type != null && type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
	}

	@Override
	public ServletInputStream getInputStream() throws IOException {
		ServletInputStream input = this.input;
		if (input == null) {
			input = new LimitedInput(super.getInputStream(), this.maxBody);
			this.input = input;
		}
		return input;
	}

	@Override
	public BufferedReader getReader() throws IOException {
		String encoding = getCharacterEncoding();
		return new BufferedReader(new InputStreamReader(getInputStream(),
				(encoding != null) ? encoding : StandardCharsets.ISO_8859_1.name()));
	}

	/**
	 * A body that was read before.
	 */
	private static final class BufferedInput extends ServletInputStream {

		private final ByteArrayInputStream body;

		BufferedInput(byte[] body) {
			this.body = new ByteArrayInputStream(body);
		}

		@Override
		public int read() {
			return this.body.read();
		}

		@Override
		public int read(byte[] bytes, int offset, int length) {
			return this.body.read(bytes, offset, length);
		}

		@Override
		public boolean isFinished() {
			return this.body.available() == 0;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new IllegalStateException("The body was read already");
		}

	}

	/**
	 * A body that may not be longer than it may be.
	 */
	private static final class LimitedInput extends ServletInputStream {

		private final ServletInputStream body;

		private long left;

		LimitedInput(ServletInputStream body, long max) {
			this.body = body;
			this.left = max;
		}

		@Override
		public int read() throws IOException {
			int read = this.body.read();
			count((read < 0) ? 0 : 1);
			return read;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			int read = this.body.read(bytes, offset, length);
			count(Math.max(0, read));
			return read;
		}

		private void count(int read) {
			this.left -= read;
			if (this.left < 0) {
				throw new BodyTooLargeException();
			}
		}

		@Override
		public boolean isFinished() {
			return this.body.isFinished();
		}

		@Override
		public boolean isReady() {
			return this.body.isReady();
		}

		@Override
		public void setReadListener(ReadListener listener) {
			this.body.setReadListener(listener);
		}

	}

}
