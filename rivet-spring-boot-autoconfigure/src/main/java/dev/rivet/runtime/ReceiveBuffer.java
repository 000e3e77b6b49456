package dev.rivet.runtime;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of what clients send over connections may wait on this node for actors that
 * are busy or not awake.
 */
final class ReceiveBuffer {

	private final long maxOfOne;

	private final long maxOfAll;

	private final AtomicLong bytes = new AtomicLong();

	/**
	 * Creates a buffer.
	 * @param maxOfOne how many bytes of one connection may wait
	 * @param maxOfAll how many bytes of all connections may wait
	 */
	ReceiveBuffer(long maxOfOne, long maxOfAll) {
		this.maxOfOne = maxOfOne;
		this.maxOfAll = maxOfAll;
	}

	long maxOfOne() {
		return this.maxOfOne;
	}

	/**
	 * Adds bytes that wait, if there is room for them.
	 * @return whether there was
	 */
	boolean add(long added) {
		if (added == 0 || this.bytes.addAndGet(added) <= this.maxOfAll) {
			return true;
		}
		remove(added);
		return false;
	}

	void remove(long removed) {
		if (removed != 0) {
			this.bytes.addAndGet(-removed);
		}
	}

}
