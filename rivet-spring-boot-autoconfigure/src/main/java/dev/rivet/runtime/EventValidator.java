package dev.rivet.runtime;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Finds constraints that the arguments of a declared event violate.
 */
@FunctionalInterface
public interface EventValidator {

	/**
	 * Validates the arguments of an event that an actor is about to send.
	 * @param args the arguments, whose types are those that the event declares
	 * @return the violations as clients get them, none if the arguments are valid
	 */
	List<Map<String, String>> validate(@Nullable Object[] args);

}
