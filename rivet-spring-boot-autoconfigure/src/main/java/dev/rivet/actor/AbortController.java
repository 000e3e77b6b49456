package dev.rivet.actor;

import java.util.ArrayList;
import java.util.List;

/**
 * Gives an {@link AbortSignal}.
 */
public final class AbortController {

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
		told.forEach(Runnable::run);
	}

	private final class Signal implements AbortSignal {

		@Override
		public boolean aborted() {
			return AbortController.this.aborted;
		}

		@Override
		public void onAbort(Runnable listener) {
			synchronized (AbortController.this) {
				if (!AbortController.this.aborted) {
					AbortController.this.listeners.add(listener);
					return;
				}
			}
			listener.run();
		}

	}

}
