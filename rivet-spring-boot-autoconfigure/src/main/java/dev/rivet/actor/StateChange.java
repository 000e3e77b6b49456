package dev.rivet.actor;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a segment of a turn has changed of an actor's state.
 */
public interface StateChange {

	/**
	 * Returns the names of the {@link State @State} fields that have another value now.
	 * @return the names, in no particular order
	 */
	Set<String> fields();

	/**
	 * Returns the value that a field had before.
	 * @param <T> the type of the value
	 * @param field the name of the field
	 * @param type the type of the value
	 * @return the value, or {@code null} if it was {@code null} or not there
	 */
	<T> @Nullable T before(String field, Class<T> type);

}
