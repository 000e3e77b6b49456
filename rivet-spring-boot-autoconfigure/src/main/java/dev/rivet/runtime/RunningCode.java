package dev.rivet.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The application's code as a turn runs it. It may be interrupted, which what runs before
 * and after it is not.
 */
final class RunningCode {

	private Thread thread = Thread.currentThread();

	private boolean running;

	private boolean waiting;

	private @Nullable RuntimeException interruption;

	boolean isRunning() {
		return this.running;
	}

	synchronized void enter() {
		this.running = true;
		this.thread = Thread.currentThread();
		if (this.interruption != null) {
			this.thread.interrupt();
		}
	}

	synchronized void leave() {
		this.running = false;
		Thread.interrupted();
	}

	/**
	 * Notes that the code waits, which is interrupted as it is itself.
	 */
	synchronized void beginWait() {
		this.waiting = true;
		enter();
	}

	synchronized void endWait() {
		this.waiting = false;
		leave();
	}

	/**
	 * Interrupts the code if it runs or waits, and makes it fail at its next wait.
	 * @param reason why
	 */
	synchronized void interrupt(RuntimeException reason) {
		this.interruption = reason;
		if (this.running) {
			this.thread.interrupt();
		}
	}

	/**
	 * Ends the wait of the code if it waits, and all waits to come.
	 * @param reason why
	 */
	synchronized void abort(RuntimeException reason) {
		this.interruption = reason;
		if (this.waiting) {
			this.thread.interrupt();
		}
	}

	/**
	 * Throws the reason if the code was interrupted.
	 */
	synchronized void requireUninterrupted() {
		if (this.interruption != null) {
			throw this.interruption;
		}
	}

}
