package dev.rivet.runtime;

import dev.rivet.actor.Action;

/**
 * A class with an action that a proxy of a class in another package cannot pass on.
 */
public abstract class HiddenAction {

	@Action
	void hidden() {
	}

}
