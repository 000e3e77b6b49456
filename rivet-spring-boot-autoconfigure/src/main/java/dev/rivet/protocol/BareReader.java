package dev.rivet.protocol;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * Reads the fields of a BARE message behind its version.
 */
final class BareReader {

	private final ByteInput input;

	private final int version;

	private final Peer peer;

	/**
	 * Create a reader.
	 * @param bytes the message
	 * @param peer the generation at the other end unless the version tells it
	 */
	BareReader(byte[] bytes, Peer peer) {
		this.input = new ByteInput(bytes);
		this.version = (int) this.input.readLittleEndian(2);
		if (this.version < 1 || this.version > 4) {
			throw ProtocolException.malformed("unsupported version " + this.version);
		}
		this.peer = (this.version == 4) ? Peer.V2_3 : peer;
	}

	int version() {
		return this.version;
	}

	Peer peer() {
		return this.peer;
	}

	int readTag() {
		long tag = this.input.readVarint();
		return (tag == (int) tag) ? (int) tag : -1;
	}

	long readId() {
		long id = this.input.readVarint();
		if (id < 0) {
			throw ProtocolException.malformed("number too long");
		}
		return id;
	}

	long readU64() {
		long value = this.input.readLittleEndian(8);
		if (value < 0) {
			throw ProtocolException.malformed("number too long");
		}
		return value;
	}

	boolean readBool() {
		int value = this.input.read();
		if (value > 1) {
			throw ProtocolException.malformed("invalid boolean");
		}
		return value == 1;
	}

	String readText() {
		return this.input.readText(this.input.readVarint());
	}

	JsonNode readPayload() {
		return CborFormat.read(this.input.slice(this.input.readVarint()), this.peer);
	}

	ArrayNode readArgs() {
		if (readPayload() instanceof ArrayNode args) {
			return args;
		}
		throw ProtocolException.malformed("invalid 'args'");
	}

	/**
	 * Require that the message has been read to its end.
	 */
	<T> T end(T message) {
		this.input.requireEnd();
		return message;
	}

}
