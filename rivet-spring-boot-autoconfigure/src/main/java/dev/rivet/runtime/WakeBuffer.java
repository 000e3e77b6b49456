package dev.rivet.runtime;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of what clients send may wait on this node for actors that are not awake.
 */
final class WakeBuffer {

	private final long maxOfOne;

	private final long maxOfAll;

	private final AtomicLong bytes = new AtomicLong();

	/**
	 * Creates a buffer.
	 * @param maxOfOne how many bytes of one connection may wait
	 * @param maxOfAll how many bytes of all connections may wait
	 */
	WakeBuffer(long maxOfOne, long maxOfAll) {
		this.maxOfOne = maxOfOne;
		this.maxOfAll = maxOfAll;
	}

	long maxOfOne() {
		return this.maxOfOne;
	}

	/**
	 * Adds bytes that wait.
	 * @return whether there is room for them
	 */
	boolean add(long added) {
		return this.bytes.addAndGet(added) <= this.maxOfAll;
	}

	void remove(long removed) {
		this.bytes.addAndGet(-removed);
	}

}
