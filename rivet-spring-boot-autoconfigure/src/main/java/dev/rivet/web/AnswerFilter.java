package dev.rivet.web;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Lets answers that are there before their request has left the filters wait until it
 * has: these still write headers, and no two threads may write to a response.
 */
public final class AnswerFilter implements Filter {

	private static final String ATTRIBUTE = AnswerFilter.class.getName();

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		Gate gate = new Gate();
		request.setAttribute(ATTRIBUTE, gate);
		try {
			chain.doFilter(request, response);
		}
		finally {
			gate.open();
		}
	}

	/**
	 * Returns what answers to a request wait at, if it has come through this filter.
	 */
	static @Nullable Gate gate(ServletRequest request) {
		return (Gate) request.getAttribute(ATTRIBUTE);
	}

	/**
	 * What an answer waits at.
	 */
	static final class Gate {

		private @Nullable Runnable held;

		private boolean open;

		/**
		 * Leaves an answer to the request's own thread, if that is still in the filters.
		 * @param answer what writes it
		 * @return whether it will be written
		 */
		synchronized boolean leave(Runnable answer) {
			if (!this.open) {
				this.held = answer;
			}
			return !this.open;
		}

		private void open() {
			Runnable answer;
			synchronized (this) {
				this.open = true;
				answer = this.held;
			}
			if (answer != null) {
				answer.run();
			}
		}

	}

}
