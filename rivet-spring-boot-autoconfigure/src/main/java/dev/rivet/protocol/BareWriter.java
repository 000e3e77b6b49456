package dev.rivet.protocol;

import tools.jackson.databind.JsonNode;

/**
 * Writes a BARE message field by field.
 */
final class BareWriter {

	private final ByteOutput output = new ByteOutput();

	private final Peer peer;

	/**
	 * Create a writer.
	 * @param version the version to put in front
	 * @param peer the generation at the other end
	 */
	BareWriter(int version, Peer peer) {
		this.output.writeLittleEndian(version, 2);
		this.peer = peer;
	}

	BareWriter tag(int tag) {
		this.output.writeVarint(tag);
		return this;
	}

	BareWriter id(long id) {
		this.output.writeVarint(id);
		return this;
	}

	BareWriter u64(long value) {
		this.output.writeLittleEndian(value, 8);
		return this;
	}

	BareWriter bool(boolean value) {
		this.output.write(value ? 1 : 0);
		return this;
	}

	BareWriter text(String text) {
		byte[] utf8 = ByteOutput.utf8(text);
		this.output.writeVarint(utf8.length);
		this.output.write(utf8);
		return this;
	}

	BareWriter payload(JsonNode tree) {
		int position = this.output.size();
		CborFormat.write(this.output, tree, this.peer);
		this.output.insertLength(position);
		return this;
	}

	byte[] toByteArray() {
		return this.output.toByteArray();
	}

}
