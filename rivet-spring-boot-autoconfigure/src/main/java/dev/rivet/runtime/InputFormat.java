package dev.rivet.runtime;

import tools.jackson.databind.JsonNode;

/**
 * How the input of an actor is kept, so that its kinds of values are the same when it is
 * read again.
 */
public interface InputFormat {

	/**
	 * Writes an input.
	 * @param input the input
	 * @return its bytes
	 */
	byte[] write(JsonNode input);

	/**
	 * Reads an input.
	 * @param bytes its bytes
	 * @return the input
	 */
	JsonNode read(byte[] bytes);

}
