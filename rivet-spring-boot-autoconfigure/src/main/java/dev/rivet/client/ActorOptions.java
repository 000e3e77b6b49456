package dev.rivet.client;

import org.jspecify.annotations.Nullable;

/**
 * What a caller may give along with an actor's key.
 *
 * @param input what the actor's {@code @OnCreate} method gets if the actor is created, or
 * {@code null}
 * @param parameters the connection's parameters, or {@code null}
 */
public record ActorOptions(@Nullable Object input, @Nullable Object parameters) {

	/**
	 * Neither input nor parameters.
	 */
	public static final ActorOptions NONE = new ActorOptions(null, null);

	/**
	 * Returns options with an input.
	 * @param input any serialisable value
	 * @return the options
	 */
	public static ActorOptions input(Object input) {
		return new ActorOptions(input, null);
	}

	/**
	 * Returns options with connection parameters.
	 * @param parameters any serialisable value
	 * @return the options
	 */
	public static ActorOptions parameters(Object parameters) {
		return new ActorOptions(null, parameters);
	}

}
