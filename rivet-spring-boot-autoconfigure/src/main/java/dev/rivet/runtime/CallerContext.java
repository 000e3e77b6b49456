package dev.rivet.runtime;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * What is carried from the thread of a caller to the turn that serves it, such as who the
 * caller is.
 */
public interface CallerContext {

	/**
	 * Carries nothing.
	 */
	CallerContext NONE = new CallerContext() {

		@Override
		public @Nullable Object capture() {
			return null;
		}

		@Override
		public void set(@Nullable Object captured) {
		}

	};

	/**
	 * Captures the context of the calling thread.
	 * @return the context, or {@code null} if there is none
	 */
	@Nullable Object capture();

	/**
	 * Returns who was authenticated in a captured context.
	 * @param captured the context
	 * @return who, or {@code null} if nobody was
	 */
	default @Nullable Principal principal(@Nullable Object captured) {
		return null;
	}

	/**
	 * Makes a captured context that of the calling thread.
	 * @param captured the context, or {@code null} for none
	 */
	void set(@Nullable Object captured);

}
