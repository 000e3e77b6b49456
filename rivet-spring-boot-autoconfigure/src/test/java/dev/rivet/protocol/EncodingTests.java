package dev.rivet.protocol;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Encoding} and {@link Peer}.
 */
class EncodingTests {

	@Test
	void encodingIsNamedByHeader() {
		assertThat(Encoding.of("json")).isEqualTo(Encoding.JSON);
		assertThat(Encoding.of("cbor")).isEqualTo(Encoding.CBOR);
		assertThat(Encoding.of("bare")).isEqualTo(Encoding.BARE);
		assertThat(Encoding.of(null)).isEqualTo(Encoding.JSON);
	}

	@Test
	void unknownEncodingIsInvalid() {
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> Encoding.of("xml"))
			.withMessage("Invalid encoding `xml`. (https://www.rivet.dev/docs/clients/javascript)")
			.satisfies((ex) -> assertThat(ex.getGroup() + "/" + ex.getCode()).isEqualTo("encoding/invalid"));
	}

	@Test
	void contentTypes() {
		assertThat(Encoding.JSON.contentType()).isEqualTo("application/json");
		assertThat(Encoding.CBOR.contentType()).isEqualTo("application/octet-stream");
		assertThat(Encoding.BARE.contentType()).isEqualTo("application/octet-stream");
	}

	@Test
	void peerIsToldByUserAgent() {
		assertThat(Peer.of("RivetKit/2.1.5")).isEqualTo(Peer.V2_1);
		assertThat(Peer.of("RivetKit/2.3.19")).isEqualTo(Peer.V2_3);
		assertThat(Peer.of("RivetKit/3.0.0-rc.1 node")).isEqualTo(Peer.V2_3);
		assertThat(Peer.of("Mozilla/5.0")).isEqualTo(Peer.V2_1);
		assertThat(Peer.of("RivetKit/99999999999.9")).isEqualTo(Peer.V2_1);
		assertThat(Peer.of(null)).isEqualTo(Peer.V2_1);
	}

	@Test
	void textIsBase64OfCborInEitherAlphabet() {
		assertThat(CborText.decode("uQACZXN0YXJ0B2RsaXN0ggFhYQ==", Peer.V2_1))
			.isEqualTo(Trees.object("start", 7, "list", Trees.array(1, "a")));
		assertThat(CborText.decode("uQACZXN0YXJ0B2RsaXN0ggFhYQ", Peer.V2_3))
			.isEqualTo(Trees.object("start", 7, "list", Trees.array(1, "a")));
		assertThat(CborText.decode(CborText.encode(Trees.bytes(255, 254), Peer.V2_1), Peer.V2_1))
			.isEqualTo(Trees.bytes(255, 254));
		assertThat(CborText.decode(CborText.encodeForUrl(Trees.bytes(255, 254), Peer.V2_3), Peer.V2_3))
			.isEqualTo(Trees.bytes(255, 254));
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> CborText.decode("*", Peer.V2_1));
	}

}
