package dev.rivet.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Keeps what arrives for an actor that is being looked up, so that it reaches the actor
 * in the order of its arrival. There is one look-up for each address at a time.
 *
 * @param <A> the type of addresses
 * @param <R> the type of what a look-up results in
 */
final class Arrivals<A, R> {

	private final Map<A, List<Consumer<R>>> queues = new ConcurrentHashMap<>();

	/**
	 * Returns whether an address is being looked up, so that what arrives for it has to
	 * be queued.
	 * @param address the address
	 * @return whether it is
	 */
	boolean isExpected(A address) {
		return this.queues.containsKey(address);
	}

	/**
	 * Queues an arrival.
	 * @param address the address
	 * @param arrival what to do with the result of the look-up
	 * @param lookup starts the look-up, if none is under way
	 */
	void add(A address, Consumer<R> arrival, Runnable lookup) {
		boolean[] first = new boolean[1];
		this.queues.compute(address, (key, queue) -> {
			first[0] = queue == null;
			List<Consumer<R>> arrivals = (queue != null) ? queue : new ArrayList<>();
			arrivals.add(arrival);
			return arrivals;
		});
		if (first[0]) {
			lookup.run();
		}
	}

	/**
	 * Hands out the result of a look-up, in the order of arrival, also to what arrives
	 * meanwhile.
	 * @param address the address
	 * @param result the result
	 */
	void found(A address, R result) {
		List<Consumer<R>> arrived = next(address);
		while (arrived != null) {
			arrived.forEach((arrival) -> arrival.accept(result));
			arrived = next(address);
		}
	}

	private @Nullable List<Consumer<R>> next(A address) {
		List<Consumer<R>> arrived = new ArrayList<>();
		this.queues.computeIfPresent(address, (key, queue) -> {
			arrived.addAll(queue);
			queue.clear();
			return arrived.isEmpty() ? null : queue;
		});
		return arrived.isEmpty() ? null : arrived;
	}

}
