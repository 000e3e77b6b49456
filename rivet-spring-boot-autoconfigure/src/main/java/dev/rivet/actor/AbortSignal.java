package dev.rivet.actor;

import java.util.List;

/**
 * Says that something is to end, once. May be used by all threads.
 */
public interface AbortSignal {

	/**
	 * Returns whether it is to end.
	 * @return whether it is to end
	 */
	boolean aborted();

	/**
	 * Says what to do when it is to end; at once if it is already.
	 * @param listener runs on the thread that aborts, and must not wait
	 * @return takes the listener back
	 */
	Registration onAbort(Runnable listener);

	/**
	 * Joins signals.
	 * @param signals the signals
	 * @return a signal that is given when one of them is
	 */
	static AbortSignal any(AbortSignal... signals) {
		return new JoinedSignal(List.of(signals));
	}

	/**
	 * Keeps a listener at a signal.
	 */
	@FunctionalInterface
	interface Registration {

		/**
		 * Takes the listener back, if it has not run.
		 */
		void cancel();

	}

}
