package dev.rivet.protocol;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BareMessageCodec}.
 */
class BareMessageCodecTests {

	private final MessageCodec codec = MessageCodec.forEncoding(Encoding.BARE);

	@Test
	void actionRequest() {
		ActionRequest request = new ActionRequest(Trees.array(5), Peer.V2_1);
		assertThat(this.codec.decodeActionRequest(Trees.hex("0300 02 8105"), Peer.V2_1)).isEqualTo(request);
		assertThat(Trees.hex(this.codec.encodeActionRequest(request))).isEqualTo("0300028105");
	}

	@Test
	void requestToNewerPeerHasItsVersion() {
		ActionRequest request = new ActionRequest(Trees.array(5), Peer.V2_3);
		assertThat(Trees.hex(this.codec.encodeActionRequest(request))).isEqualTo("0400028105");
	}

	@Test
	void actionResponse() {
		assertThat(this.codec.decodeActionResponse(Trees.hex("0300 01 05"), Peer.V2_1)).isEqualTo(Trees.node(5));
		assertThat(this.codec.decodeActionResponse(Trees.hex("0300 01 f7"), Peer.V2_1)).isEqualTo(Trees.nothing());
		assertThat(Trees.hex(this.codec.encodeActionResponse(Trees.node(5), Peer.V2_1))).isEqualTo("03000105");
		assertThat(Trees.hex(this.codec.encodeActionResponse(Trees.nothing(), Peer.V2_3))).isEqualTo("030001f6");
	}

	@Test
	void lengthsBeyondOneByte() {
		String text = "x".repeat(66_001);
		byte[] body = this.codec.encodeActionResponse(Trees.node(text), Peer.V2_1);
		assertThat(Trees.hex(body)).startsWith("0300d683047a000101d1");
		assertThat(this.codec.decodeActionResponse(body, Peer.V2_1)).isEqualTo(Trees.node(text));
	}

	@Test
	void socketActionRequest() {
		ToServer request = new ToServer.ActionRequest(0, "whoami", Trees.array(), Peer.V2_1);
		assertThat(this.codec.decodeToServer(Trees.hex("0300 00 00 06 77686f616d69 01 80"), Peer.V2_1))
			.isEqualTo(request);
		assertThat(Trees.hex(this.codec.encodeToServer(request))).isEqualTo("030000000677686f616d690180");
	}

	@Test
	void socketMessagesToClient() {
		assertEncodes(new ToClient.ActionResponse(1, Trees.node(2)), "030002010102");
		assertEncodes(new ToClient.Event("tick", Trees.array(3)), "030003047469636b028103");
		assertEncodes(new ToClient.Init("a", "b"), "03000001610162");
		assertEncodes(new ToClient.Error(new WireError("user", "user_error", "Plain failure"), 9L),
				"0300010475736572" + "0a757365725f6572726f72" + "0d506c61696e206661696c757265" + "000109");
	}

	private void assertEncodes(ToClient message, String expected) {
		assertThat(Trees.hex(this.codec.encodeToClient(message, Peer.V2_3))).isEqualTo(expected);
		assertThat(this.codec.decodeToClient(Trees.hex(expected), Peer.V2_1)).isEqualTo(message);
	}

	@Test
	void unsubscribe() {
		assertThat(this.codec.decodeToServer(Trees.hex("0300 01 04 7469636b 00"), Peer.V2_1))
			.isEqualTo(new ToServer.SubscriptionRequest("tick", false, Peer.V2_1));
	}

	@Test
	void initOfFirstVersionHasToken() {
		assertThat(this.codec.decodeToClient(Trees.hex("0100 00 0161 0162 0163"), Peer.V2_1))
			.isEqualTo(new ToClient.Init("a", "b"));
	}

	@Test
	void errorOfNewestVersionHasActor() {
		JsonNode metadata = Trees.object("why", "test");
		assertThat(this.codec
			.decodeError(Trees.hex("0400 0175 0163 016d 01 0a a1637768796474657374 01 0161 01 01 016b"), Peer.V2_1))
			.isEqualTo(new WireError("u", "c", "m", metadata));
	}

	@Test
	void queueRequest() {
		byte[] body = Trees.hex("0300 02 8105 01 04 6563686f 01 01 01 d007000000000000");
		QueueRequest request = new QueueRequest(Trees.array(5), "echo", true, 2000L, Peer.V2_1);
		assertThat(this.codec.decodeQueueRequest(body, Peer.V2_1)).isEqualTo(request);
		assertThat(this.codec.encodeQueueRequest(request)).isEqualTo(body);
	}

	@Test
	void queueResponse() {
		byte[] body = Trees.hex("0300 09 636f6d706c65746564 00");
		QueueResponse response = new QueueResponse(QueueResponse.Status.COMPLETED, null);
		assertThat(this.codec.decodeQueueResponse(body, Peer.V2_1)).isEqualTo(response);
		assertThat(this.codec.encodeQueueResponse(response, Peer.V2_1)).isEqualTo(body);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "03", "0300", "0000028105", "0500028105", "030003810500", "0300038105", "0300028105ff",
			"03000105", "0300ffffffffffffffffff01", "0300ffffffffffffffffff02", "0300808080808080808080808000",
			"0300ffffffff0f" })
	void malformedActionRequest(String body) {
		assertMalformed(() -> this.codec.decodeActionRequest(Trees.hex(body), Peer.V2_1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "030002", "0300ff", "03000104746963", "0300 01 04 7469636b 02", "0300 01 02 c328 00",
			"0300 00 ffffffffffffffffff01 0161 0180", "0300 8080808010 00" })
	void malformedFrame(String frame) {
		assertMalformed(() -> this.codec.decodeToServer(Trees.hex(frame), Peer.V2_1));
	}

	@Test
	void optionalOfNeitherKindIsMalformed() {
		assertMalformed(() -> this.codec.decodeQueueRequest(Trees.hex("0300 02 8105 02"), Peer.V2_1));
		assertMalformed(() -> this.codec.decodeQueueResponse(Trees.hex("0300 03 616263 00"), Peer.V2_1));
	}

	private void assertMalformed(Runnable decoding) {
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(decoding::run)
			.satisfies((ex) -> assertThat(ex.getGroup() + "/" + ex.getCode()).isEqualTo("message/malformed"));
	}

}
