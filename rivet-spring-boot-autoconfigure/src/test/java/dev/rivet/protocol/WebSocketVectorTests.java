package dev.rivet.protocol;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.rivet.protocol.Vectors.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every frame of a connection that was captured means what the same step of the client
 * meant in the other encodings.
 */
class WebSocketVectorTests {

	static Stream<Frame> toServer() {
		return Vectors.frames().stream().filter(Frame::isToServer).filter((f) -> !f.body().isShortened());
	}

	static Stream<Frame> toClient() {
		return Vectors.frames().stream().filter((f) -> !f.isToServer());
	}

	@Test
	void onlyFramesThatAreTooLongAreLeftOut() {
		assertThat(Vectors.frames()).filteredOn((f) -> f.body().isShortened())
			.extracting(Frame::name)
			.containsOnly("too-long-in");
	}

	@ParameterizedTest
	@MethodSource("toServer")
	void frameToServerMeansWhatItMeansInJson(Frame frame) {
		ToServer message = decodeToServer(frame);
		Set<ToServer> inJson = toServer().filter((f) -> f.encoding() == Encoding.JSON)
			.map((f) -> f.codec().decodeToServer(f.body().bytes(), frame.peer()))
			.collect(Collectors.toSet());
		assertThat(inJson).contains(message);
	}

	@ParameterizedTest
	@MethodSource("toServer")
	void frameToServerSurvivesOurWriter(Frame frame) {
		ToServer message = decodeToServer(frame);
		byte[] written = frame.codec().encodeToServer(message);
		assertThat(frame.codec().decodeToServer(written, frame.peer())).isEqualTo(message);
		if (frame.encoding() != Encoding.CBOR) {
			// Clients write the maps of CBOR with longer heads than needed
			assertThat(written).isEqualTo(frame.body().bytes());
		}
	}

	@ParameterizedTest
	@MethodSource("toClient")
	void frameToClientSurvivesOurReaderAndWriter(Frame frame) {
		ToClient message = frame.codec().decodeToClient(frame.body().bytes(), frame.peer());
		byte[] written = frame.codec().encodeToClient(message, frame.peer());
		assertThat(frame.codec().decodeToClient(written, frame.peer())).isEqualTo(message);
	}

	private static ToServer decodeToServer(Frame frame) {
		return frame.codec().decodeToServer(frame.body().bytes(), frame.peer());
	}

}
