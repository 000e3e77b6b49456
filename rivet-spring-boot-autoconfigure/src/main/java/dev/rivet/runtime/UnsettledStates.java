package dev.rivet.runtime;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the states of connections were before changes that are not known to be durable. If
 * those fail, the states are taken back with them.
 * <p>
 * For the thread that has the turn.
 */
final class UnsettledStates {

	private final ArrayDeque<Change> changes = new ArrayDeque<>(2);

	private long settled;

	/**
	 * Adds what the states were before a segment.
	 * @param number the number of the newest change set that the segment could have seen,
	 * or that it is
	 * @param before the states, by connection
	 * @param committed the number of the newest change set that is durable
	 */
	void add(long number, Map<LiveConnection, @Nullable StateCopy> before, long committed) {
		forget(committed);
		if (number > Math.max(committed, this.settled)) {
			this.changes.add(new Change(number, before));
		}
	}

	/**
	 * Takes back what has not become durable.
	 * @param committed the number of the newest change set that is durable
	 * @param failed the number of the newest one that has failed
	 */
	void takeBack(long committed, long failed) {
		forget(committed);
		Iterator<Change> newestFirst = this.changes.descendingIterator();
		while (newestFirst.hasNext()) {
			newestFirst.next().before().forEach(LiveConnection::restoreState);
		}
		this.changes.clear();
		this.settled = failed;
	}

	private void forget(long committed) {
		while (!this.changes.isEmpty() && this.changes.getFirst().number() <= committed) {
			this.changes.removeFirst();
		}
	}

	private record Change(long number, Map<LiveConnection, @Nullable StateCopy> before) {
	}

}
