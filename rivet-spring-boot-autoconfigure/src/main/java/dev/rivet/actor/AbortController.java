package dev.rivet.actor;

import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Gives an {@link AbortSignal}.
 */
public final class AbortController {

	private static final Log logger = LogFactory.getLog(AbortController.class);

	private final List<Runnable> listeners = new ArrayList<>();

	private final AbortSignal signal = new Signal();

	private volatile boolean aborted;

	/**
	 * Returns the signal.
	 * @return the signal
	 */
	public AbortSignal signal() {
		return this.signal;
	}

	/**
	 * Gives the signal, unless it was given before.
	 */
	public void abort() {
		List<Runnable> told;
		synchronized (this) {
			this.aborted = true;
			told = List.copyOf(this.listeners);
			this.listeners.clear();
		}
		told.forEach(AbortController::run);
	}

	/**
	 * Runs a listener, whose failure concerns neither other listeners nor what is to end.
	 */
	private static void run(Runnable listener) {
		try {
			listener.run();
		}
		catch (RuntimeException ex) {
			logger.error("A listener of an abort signal failed", ex);
		}
	}

	private synchronized boolean add(Runnable listener) {
		return !this.aborted && this.listeners.add(listener);
	}

	private synchronized void forget(Runnable listener) {
		this.listeners.remove(listener);
	}

	private final class Signal implements AbortSignal {

		@Override
		public boolean aborted() {
			return AbortController.this.aborted;
		}

		@Override
		public Registration onAbort(Runnable listener) {
			if (!add(listener)) {
				listener.run();
			}
			return () -> forget(listener);
		}

	}

}
