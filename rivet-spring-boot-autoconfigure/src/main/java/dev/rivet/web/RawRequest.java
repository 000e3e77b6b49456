package dev.rivet.web;

import java.io.IOException;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A raw request as its actor sees it: with the path behind {@code /request}, without the
 * address of the actor, and with a body that ends where it becomes too large.
 */
final class RawRequest extends HttpServletRequestWrapper {

	static final String PREFIX = "/request";

	private final String path;

	private final @Nullable String query;

	private final long maxBody;

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
	public ServletInputStream getInputStream() throws IOException {
		return new LimitedInput(super.getInputStream(), this.maxBody);
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
