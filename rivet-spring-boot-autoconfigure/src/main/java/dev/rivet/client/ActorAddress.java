package dev.rivet.client;

import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which actor is meant.
 */
public sealed interface ActorAddress {

	/**
	 * Returns this address for an actor that is there already.
	 * @return an address that creates nothing
	 */
	default ActorAddress existing() {
		return this;
	}

	/**
	 * The actor that has an id.
	 *
	 * @param name the name that it must have, or {@code null} for any
	 * @param id the id
	 */
	record ById(@Nullable String name, String id) implements ActorAddress {
	}

	/**
	 * The living actor that has a name and a key.
	 *
	 * @param name the name
	 * @param key the key
	 */
	record ByKey(String name, List<String> key) implements ActorAddress {
	}

	/**
	 * The living actor that has a name and a key, created if there is none.
	 *
	 * @param name the name
	 * @param key the key
	 * @param input the input for its creation, if any
	 * @param crashPolicy what becomes of it when it crashes, or {@code null} for the
	 * default
	 */
	record OrCreated(String name, List<String> key, @Nullable JsonNode input,
			@Nullable String crashPolicy) implements ActorAddress {

		/**
		 * Creates an address without a crash policy.
		 * @param name the name
		 * @param key the key
		 * @param input the input for its creation, if any
		 */
		public OrCreated(String name, List<String> key, @Nullable JsonNode input) {
			this(name, key, input, null);
		}

		@Override
		public ActorAddress existing() {
			return new ByKey(this.name, this.key);
		}

	}

}
