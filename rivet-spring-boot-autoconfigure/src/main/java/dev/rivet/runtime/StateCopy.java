package dev.rivet.runtime;

import tools.jackson.databind.ObjectMapper;

/**
 * A copy of the state of a connection.
 *
 * @param value the copy, for the connection to go back to
 * @param content how it is stored
 */
record StateCopy(Object value, byte[] content) {

	static StateCopy of(Object state, ObjectMapper stored) {
		byte[] content = stored.writeValueAsBytes(state);
		return new StateCopy(stored.readValue(content, state.getClass()), content);
	}

	String type() {
		return this.value.getClass().getName();
	}

}
