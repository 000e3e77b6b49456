package dev.rivet.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.util.ObjectUtils;

/**
 * Bytes to trees and back.
 */
interface TreeFormat {

	/**
	 * The deepest nesting that is read. It bounds the stack of everything that walks a
	 * tree.
	 */
	int MAX_DEPTH_READ = 500;

	/**
	 * The deepest nesting that is written: what was read, and then some, so that a value
	 * which came in can go out within a larger one.
	 */
	int MAX_DEPTH_WRITE = MAX_DEPTH_READ + 100;

	/**
	 * The longest integer that is read, in decimal digits, since reading one takes time
	 * by the square of its length.
	 */
	int MAX_DIGITS = 1000;

	JsonNode read(byte[] bytes, Peer peer);

	byte[] write(JsonNode tree, Peer peer);

	static IllegalArgumentException notWritable(@Nullable Object value) {
		return new IllegalArgumentException("Value cannot be sent: " + ObjectUtils.nullSafeClassName(value));
	}

}
