package dev.rivet.runtime;

import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the runtime refuses what a turn asks for, which its caller may know.
 */
final class RefusedException extends RivetException {

	RefusedException(String group, String code, String message, @Nullable Object metadata) {
		super(group, code, message, metadata);
	}

}
