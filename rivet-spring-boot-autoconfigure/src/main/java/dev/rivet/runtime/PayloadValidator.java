package dev.rivet.runtime;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Finds constraints that are violated by the arguments of a declared event, or by a
 * message or reply of a declared queue.
 */
@FunctionalInterface
public interface PayloadValidator {

	/**
	 * Validates a value that is about to leave its sender.
	 * @param path where the value is in what is sent, empty if it is all of it
	 * @param value the value, whose type is the one that is declared
	 * @return the issues as clients get them, each with the {@code path} of what is wrong
	 * and a {@code message}; none if the value is valid
	 */
	List<Map<String, Object>> validate(List<Object> path, @Nullable Object value);

}
