package dev.rivet.runtime;

import java.util.Collection;
import java.util.TreeSet;

/**
 * Thrown at startup when a property is about an actor that does not exist.
 */
public class UnknownActorNameException extends RuntimeException {

	private final Collection<String> known;

	UnknownActorNameException(String name, Collection<String> known) {
		super("A property 'rivet.actors." + name + ".*' is set, but no actor is named '" + name + "'.");
		this.known = new TreeSet<>(known);
	}

	/**
	 * Returns the names that exist.
	 */
	public Collection<String> known() {
		return this.known;
	}

}
