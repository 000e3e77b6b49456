package dev.rivet.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Keeps what arrives for an actor that is being looked up, so that it reaches the actor
 * in the order of its arrival. There is one look-up for each address at a time.
 *
 * @param <A> the type of addresses
 * @param <R> the type of what a look-up results in
 */
final class Arrivals<A, R> {

	private final Map<A, List<CompletableFuture<R>>> queues = new ConcurrentHashMap<>();

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
	 * @param lookup starts the look-up, if none is under way
	 * @return completes with the result of the look-up, after those that were queued
	 * before
	 */
	CompletableFuture<R> add(A address, Supplier<CompletableFuture<R>> lookup) {
		CompletableFuture<R> arrival = new CompletableFuture<>();
		boolean[] first = new boolean[1];
		this.queues.compute(address, (key, queue) -> {
			first[0] = queue == null;
			List<CompletableFuture<R>> arrivals = (queue != null) ? queue : new ArrayList<>();
			arrivals.add(arrival);
			return arrivals;
		});
		if (first[0]) {
			start(lookup).whenComplete((found, failure) -> handOut(address, found, failure));
		}
		return arrival;
	}

	private static <R> CompletableFuture<R> start(Supplier<CompletableFuture<R>> lookup) {
		try {
			return lookup.get();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Hands out the result of a look-up, in the order of arrival, also to what arrives
	 * meanwhile.
	 */
	private void handOut(A address, R found, @Nullable Throwable failure) {
		List<CompletableFuture<R>> arrived = next(address);
		while (arrived != null) {
			for (CompletableFuture<R> arrival : arrived) {
				if (failure != null) {
					arrival.completeExceptionally(failure);
				}
				else {
					arrival.complete(found);
				}
			}
			arrived = next(address);
		}
	}

	private @Nullable List<CompletableFuture<R>> next(A address) {
		List<CompletableFuture<R>> arrived = new ArrayList<>();
		this.queues.computeIfPresent(address, (key, queue) -> {
			arrived.addAll(queue);
			queue.clear();
			return arrived.isEmpty() ? null : queue;
		});
		return arrived.isEmpty() ? null : arrived;
	}

}
