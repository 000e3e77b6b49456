package dev.rivet.protocol;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.util.JsonGeneratorDelegate;

/**
 * Bounds how deep a tree becomes. Jackson bounds what is written to bytes, but not to
 * trees, where a value that contains itself would overflow the stack.
 */
final class DepthLimit extends JsonGeneratorDelegate {

	private int depth;

	DepthLimit(JsonGenerator delegate) {
		super(delegate);
	}

	@Override
	public JsonGenerator writeStartArray() {
		enter();
		return super.writeStartArray();
	}

	@Override
	public JsonGenerator writeStartArray(Object currentValue) {
		enter();
		return super.writeStartArray(currentValue);
	}

	@Override
	public JsonGenerator writeStartArray(Object currentValue, int size) {
		enter();
		return super.writeStartArray(currentValue, size);
	}

	@Override
	public JsonGenerator writeEndArray() {
		this.depth--;
		return super.writeEndArray();
	}

	@Override
	public JsonGenerator writeStartObject() {
		enter();
		return super.writeStartObject();
	}

	@Override
	public JsonGenerator writeStartObject(Object currentValue) {
		enter();
		return super.writeStartObject(currentValue);
	}

	@Override
	public JsonGenerator writeStartObject(Object currentValue, int size) {
		enter();
		return super.writeStartObject(currentValue, size);
	}

	@Override
	public JsonGenerator writeEndObject() {
		this.depth--;
		return super.writeEndObject();
	}

	private void enter() {
		check(this, ++this.depth);
	}

	static void check(JsonGenerator generator, int depth) {
		if (depth > TreeFormat.MAX_DEPTH_WRITE) {
			throw new StreamWriteException(generator,
					"Value is nested deeper than " + TreeFormat.MAX_DEPTH_WRITE + " levels");
		}
	}

}
