package dev.rivet.runtime;

import dev.rivet.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Something that a turn sends out: a reply, or a call of another actor. It leaves when
 * everything that the turn could have seen is durable.
 */
abstract class Emission {

	/**
	 * Number of the newest change set that the turn could have seen.
	 */
	long horizon;

	/**
	 * Why it does not leave, once that is known. Guarded by the journal.
	 */
	@Nullable Loss loss;

	/**
	 * Returns whether a starting actor may send it before its start is durable: it then
	 * has promised nothing to anybody.
	 */
	boolean mayPrecedeStart() {
		return true;
	}

	/**
	 * Sends it.
	 */
	abstract void leave();

	/**
	 * Returns the connection that it leaves through, if that gathers what it sends.
	 */
	@Nullable LiveConnection through() {
		return null;
	}

	/**
	 * Gives it up, since a change before it did not become durable.
	 * @param loss what became of that change
	 */
	abstract void fail(Loss loss);

	/**
	 * What became of a change set that something else depended on.
	 *
	 * @param cause why it failed
	 * @param unrepeatable number of the newest change set whose turns must not be
	 * repeated, since it is durable, or may be, or would be rejected again
	 */
	record Loss(StoreException cause, long unrepeatable) {
	}

}
