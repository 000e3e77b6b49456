package dev.rivet.protocol;

import java.util.function.Consumer;
import java.util.function.Supplier;

import com.code_intelligence.jazzer.junit.FuzzTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever the bytes, decoding gives a message that can be written again, or a
 * {@link ProtocolException}.
 * <p>
 * As a part of the build, the seeds among the resources are tried. With
 * {@code JAZZER_FUZZ=1} in the environment and {@code -DargLine=-Djazzer.hooks=true}, new
 * ones are searched for.
 */
class MessageCodecFuzzTests {

	@FuzzTest(maxDuration = "2m")
	void json(byte[] data) {
		tryAll(MessageCodec.forEncoding(Encoding.JSON), data);
		tryOne(() -> new JsonFormat().read(data, Peer.V2_1), (tree) -> new JsonFormat().write(tree, Peer.V2_1));
	}

	@FuzzTest(maxDuration = "2m")
	void cbor(byte[] data) {
		tryAll(MessageCodec.forEncoding(Encoding.CBOR), data);
		for (Peer peer : Peer.values()) {
			CborFormat format = new CborFormat();
			tryOne(() -> format.read(data, peer), (tree) -> format.write(tree, peer));
			tryOne(() -> format.read(data, peer), (tree) -> new JsonFormat().write(tree, peer));
		}
	}

	@FuzzTest(maxDuration = "2m")
	void bare(byte[] data) {
		tryAll(MessageCodec.forEncoding(Encoding.BARE), data);
	}

	@FuzzTest(maxDuration = "2m")
	void mapper(byte[] data) {
		WireMapper mapper = new WireMapper();
		tryOne(() -> new CborFormat().read(data, Peer.V2_3),
				(tree) -> assertThat(mapper.valueToTree(mapper.treeToValue(tree, Object.class))).isEqualTo(tree));
	}

	private static void tryAll(MessageCodec codec, byte[] data) {
		for (Peer peer : Peer.values()) {
			tryOne(() -> codec.decodeToServer(data, peer), codec::encodeToServer);
			tryOne(() -> codec.decodeToClient(data, peer), (message) -> codec.encodeToClient(message, peer));
			tryOne(() -> codec.decodeActionRequest(data, peer), codec::encodeActionRequest);
			tryOne(() -> codec.decodeActionResponse(data, peer), (output) -> codec.encodeActionResponse(output, peer));
			tryOne(() -> codec.decodeQueueRequest(data, peer), codec::encodeQueueRequest);
			tryOne(() -> codec.decodeQueueResponse(data, peer),
					(response) -> codec.encodeQueueResponse(response, peer));
			tryOne(() -> codec.decodeError(data, peer), WireError::toJson);
		}
	}

	private static <T> void tryOne(Supplier<T> decoding, Consumer<T> encoding) {
		T message;
		try {
			message = decoding.get();
		}
		catch (ProtocolException ex) {
			assertThat(ex.getMessage()).startsWith("Malformed message: ");
			return;
		}
		encoding.accept(message);
	}

}
