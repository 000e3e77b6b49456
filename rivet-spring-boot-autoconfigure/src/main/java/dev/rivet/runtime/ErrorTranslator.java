package dev.rivet.runtime;

import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;

/**
 * Turns exceptions that libraries throw on behalf of an actor, such as a violated
 * constraint, into errors for clients.
 */
@FunctionalInterface
public interface ErrorTranslator {

	/**
	 * Translates an exception.
	 * @param failure what an action threw
	 * @return the error for the client, or {@code null} if this translator does not know
	 * the exception
	 */
	@Nullable RivetException translate(Throwable failure);

}
