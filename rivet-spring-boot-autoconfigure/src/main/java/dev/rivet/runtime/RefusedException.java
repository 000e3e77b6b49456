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

	/**
	 * Returns an error that was translated already, for a caller who may know it.
	 */
	static RefusedException of(RivetException translated) {
		return new RefusedException(translated.group(), translated.code(), String.valueOf(translated.getMessage()),
				translated.metadata());
	}

}
