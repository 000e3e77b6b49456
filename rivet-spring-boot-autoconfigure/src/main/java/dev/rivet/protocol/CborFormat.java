package dev.rivet.protocol;

import tools.jackson.databind.JsonNode;

/**
 * CBOR, read and written in one pass.
 * <p>
 * Not Jackson's CBOR: clients take an integer for a BigInt by the width of its head, and
 * dates, sets and typed arrays by tags, none of which a token stream shows.
 */
final class CborFormat implements TreeFormat {

	@Override
	public JsonNode read(byte[] bytes, Peer peer) {
		return read(new ByteInput(bytes), peer);
	}

	static JsonNode read(ByteInput input, Peer peer) {
		JsonNode tree = new CborReader(input, peer == Peer.V2_3).read();
		input.requireEnd();
		return tree;
	}

	@Override
	public byte[] write(JsonNode tree, Peer peer) {
		ByteOutput output = new ByteOutput();
		write(output, tree, peer);
		return output.toByteArray();
	}

	static void write(ByteOutput output, JsonNode tree, Peer peer) {
		new CborWriter(output, peer == Peer.V2_3).write(tree);
	}

}
