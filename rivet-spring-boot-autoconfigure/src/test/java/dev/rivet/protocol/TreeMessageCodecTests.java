package dev.rivet.protocol;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TreeMessageCodec}.
 */
class TreeMessageCodecTests {

	private final MessageCodec json = MessageCodec.forEncoding(Encoding.JSON);

	private final MessageCodec cbor = MessageCodec.forEncoding(Encoding.CBOR);

	@Test
	void idsAreBigIntegers() {
		ToClient response = new ToClient.ActionResponse(1, Trees.node(2));
		assertThat(text(this.json.encodeToClient(response, Peer.V2_1)))
			.isEqualTo("{\"body\":{\"tag\":\"ActionResponse\",\"val\":{\"id\":[\"$BigInt\",\"1\"],\"output\":2}}}");
		assertThat(Trees.hex(this.cbor.encodeToClient(response, Peer.V2_1))).contains("6269641b0000000000000001");
		assertThat(Trees.hex(this.cbor.encodeToClient(response, Peer.V2_3))).contains("6269641b0000000000000001");
	}

	@Test
	void errorAlwaysHasActionId() {
		ToClient error = new ToClient.Error(new WireError("user", "failed", "Failed"), null);
		assertThat(text(this.json.encodeToClient(error, Peer.V2_1))).isEqualTo("{\"body\":{\"tag\":\"Error\",\"val\":"
				+ "{\"group\":\"user\",\"code\":\"failed\",\"message\":\"Failed\",\"actionId\":null}}}");
		assertThat(this.cbor.decodeToClient(this.cbor.encodeToClient(error, Peer.V2_1), Peer.V2_1)).isEqualTo(error);
		ToClient ofFirstAction = new ToClient.Error(new WireError("user", "failed", "Failed", Trees.node(1)), 0L);
		assertThat(text(this.json.encodeToClient(ofFirstAction, Peer.V2_1)))
			.endsWith("\"metadata\":1,\"actionId\":[\"$BigInt\",\"0\"]}}}");
	}

	@Test
	void httpErrorHasNoNulls() {
		assertThat(text(new WireError("action", "not_found", "No").toJson()))
			.isEqualTo("{\"group\":\"action\",\"code\":\"not_found\",\"message\":\"No\"}");
		assertThat(text(new WireError("action", "not_found", "No", Trees.nothing()).toJson()))
			.doesNotContain("metadata");
		assertThat(text(new WireError("user", "x", "No", Trees.object("id", Trees.big("1"))).toJson()))
			.endsWith("\"metadata\":{\"id\":[\"$BigInt\",\"1\"]}}");
	}

	@Test
	void nothingIsNull() {
		assertThat(text(this.json.encodeActionResponse(Trees.nothing(), Peer.V2_1))).isEqualTo("{\"output\":null}");
		assertThat(Trees.hex(this.cbor.encodeActionResponse(Trees.nothing(), Peer.V2_3)))
			.isEqualTo("a1666f7574707574f6");
	}

	@Test
	void cborOutputIsEscapedForNewerPeerButItsArgumentsAreNot() {
		assertThat(Trees.hex(this.cbor.encodeActionResponse(Trees.array("$foo", 1), Peer.V2_3)))
			.isEqualTo("a1666f757470757482652424666f6f01");
		ActionRequest request = new ActionRequest(Trees.array(Trees.array("$foo", 1)), Peer.V2_3);
		byte[] body = this.cbor.encodeActionRequest(request);
		assertThat(Trees.hex(body)).isEqualTo("a1646172677381826424666f6f01");
		assertThat(this.cbor.decodeActionRequest(body, Peer.V2_3)).isEqualTo(request);
	}

	@Test
	void plainIdsAreRead() {
		assertThat(this.json.decodeToServer(
				bytes("{\"body\":{\"tag\":\"ActionRequest\",\"val\":{\"id\":7,\"name\":\"a\",\"args\":[]}}}"),
				Peer.V2_1))
			.isEqualTo(new ToServer.ActionRequest(7, "a", Trees.array(), Peer.V2_1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "null", "{}", "{\"args\":1}", "{\"args\":{}}", "{\"args\":[\"$BigInt\",\"1\"]}" })
	void malformedActionRequest(String body) {
		assertThatExceptionOfType(ProtocolException.class)
			.isThrownBy(() -> this.json.decodeActionRequest(bytes(body), Peer.V2_1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"body\":1}", "{\"body\":{\"tag\":\"Init\",\"val\":{}}}",
			"{\"body\":{\"tag\":\"ActionRequest\",\"val\":{\"id\":-1,\"name\":\"a\",\"args\":[]}}}",
			"{\"body\":{\"tag\":\"ActionRequest\",\"val\":{\"id\":1.5,\"name\":\"a\",\"args\":[]}}}",
			"{\"body\":{\"tag\":\"ActionRequest\",\"val\":{\"id\":[\"$BigInt\",\"9223372036854775808\"],\"name\":\"a\",\"args\":[]}}}",
			"{\"body\":{\"tag\":\"SubscriptionRequest\",\"val\":{\"eventName\":\"a\",\"subscribe\":1}}}" })
	void malformedFrame(String frame) {
		assertThatExceptionOfType(ProtocolException.class)
			.isThrownBy(() -> this.json.decodeToServer(bytes(frame), Peer.V2_1));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
