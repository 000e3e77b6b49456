package dev.rivet.protocol;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.rivet.protocol.Vectors.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every HTTP body that was captured means what the same step of the client meant in the
 * other encodings.
 */
class HttpVectorTests {

	/**
	 * What the steps with values beyond JSON were called with.
	 */
	private static final Map<String, ArrayNode> ARGS = Map.of("echo-special",
			Trees.array(Trees.object("bigint", Trees.big("10"), "date", Trees.date(0), "u8", Trees.bytes(1, 2, 255),
					"ab", Trees.bytes(7), "dollar", Trees.array("$foo", 1), "dollar2", Trees.array("$$bar", 2), "f",
					1.5, "neg", -1, "big", 1099511627776L, "undef", Trees.nothing(), "nul", Trees.nothing(), "str",
					"h\u00e9llo\u2713")),
			"echo-map-set", Trees.array(Trees.object("m", Trees.object("k", 1), "s", Trees.array(1, 2))), "echo-typed",
			Trees.array(Trees.object("f64", Trees.array(1.5), "i32", Trees.array(-1), "u16", Trees.array(258), "re",
					Trees.array("RegExp", "a", "g"), "err", Trees.array("Error", "e"))));

	/**
	 * The same, as far as JSON carries it.
	 */
	private static final Map<String, ArrayNode> ARGS_IN_JSON = Map.of("echo-special",
			Trees.array(Trees.object("bigint", Trees.big("10"), "date", "1970-01-01T00:00:00.000Z", "u8",
					Trees.bytes(1, 2, 255), "ab", Trees.bytes(7), "dollar", Trees.array("$foo", 1), "dollar2",
					Trees.array("$$bar", 2), "f", 1.5, "neg", -1, "big", 1099511627776L, "nul", Trees.nothing(), "str",
					"h\u00e9llo\u2713")),
			"echo-map-set", Trees.array(Trees.object("m", Trees.object(), "s", Trees.object())), "echo-typed",
			Trees.array(Trees.object("f64", Trees.object("0", 1.5), "i32", Trees.object("0", -1), "u16",
					Trees.object("0", 258), "re", Trees.object(), "err", Trees.object())));

	private static final Map<String, JsonNode> OUTPUTS = Map.ofEntries(Map.entry("retUndefined", Trees.nothing()),
			Map.entry("retNull", Trees.nothing()), Map.entry("retBigint", Trees.big("42")),
			Map.entry("retDate", Trees.date(1700000000123L)),
			Map.entry("retMap", Trees.object("a", 1, "b", Trees.object("c", 2))),
			Map.entry("retSet", Trees.array(1, "two")), Map.entry("retU8", Trees.bytes(0, 127, 255)),
			Map.entry("retF64", Trees.array(1.5, -2)), Map.entry("retI32", Trees.array(1, -2)),
			Map.entry("retDollar", Trees.array("$foo", "bar")), Map.entry("retDollar2", Trees.array("$$foo", 1)),
			Map.entry("retNumbers", Trees.array(0, 1, -1, 23, 24, 255, 256, 65535, 65536, 4294967295L, 4294967296L,
					-4294967297L, 9007199254740991L, 1.5, 0, 1e300, 0.1)));

	static Stream<Exchange> actionRequests() {
		return Vectors.exchanges().stream().filter(Exchange::isAction).filter((e) -> !e.request().isShortened());
	}

	static Stream<Exchange> queueRequests() {
		return Vectors.exchanges().stream().filter(Exchange::isQueue);
	}

	static Stream<Exchange> responses() {
		return Vectors.exchanges().stream().filter((e) -> e.response().length() > 0 && !e.response().isShortened());
	}

	static Stream<Exchange> outputsInBare() {
		return responses().filter((e) -> e.encoding() == Encoding.BARE && OUTPUTS.containsKey(e.name()));
	}

	@Test
	void onlyBodiesThatAreTooLongAreLeftOut() {
		List<Exchange> exchanges = Vectors.exchanges();
		assertThat(exchanges).filteredOn((e) -> e.request().isShortened())
			.extracting(Exchange::name)
			.containsOnly("too-long-in")
			.hasSize(6);
		assertThat(exchanges).noneMatch((e) -> e.response().isShortened());
	}

	@ParameterizedTest
	@MethodSource("actionRequests")
	void actionRequestDecodesToItsArguments(Exchange exchange) {
		ActionRequest request = exchange.codec().decodeActionRequest(exchange.request().bytes(), exchange.peer());
		assertThat(request.peer()).isEqualTo(exchange.peer());
		Map<String, ArrayNode> args = (exchange.encoding() == Encoding.JSON) ? ARGS_IN_JSON : ARGS;
		if (args.containsKey(exchange.name())) {
			assertThat(request.args()).isEqualTo(args.get(exchange.name()));
		}
		else {
			assertThat(request.args()).isEqualTo(argsInJson(exchange));
		}
	}

	private static ArrayNode argsInJson(Exchange exchange) {
		Exchange json = inJson(exchange);
		return json.codec().decodeActionRequest(json.request().bytes(), json.peer()).args();
	}

	private static Exchange inJson(Exchange exchange) {
		return Vectors.exchanges()
			.stream()
			.filter((e) -> e.encoding() == Encoding.JSON && e.name().equals(exchange.name())
					&& e.path().equals(exchange.path()))
			.findFirst()
			.orElseThrow();
	}

	@ParameterizedTest
	@MethodSource("actionRequests")
	void actionRequestSurvivesOurWriter(Exchange exchange) {
		ActionRequest request = exchange.codec().decodeActionRequest(exchange.request().bytes(), exchange.peer());
		byte[] written = exchange.codec().encodeActionRequest(request);
		assertThat(exchange.codec().decodeActionRequest(written, exchange.peer())).isEqualTo(request);
	}

	@ParameterizedTest
	@MethodSource("queueRequests")
	void queueRequestDecodesToItsMessage(Exchange exchange) {
		QueueRequest request = exchange.codec().decodeQueueRequest(exchange.request().bytes(), exchange.peer());
		Exchange json = inJson(exchange);
		QueueRequest expected = json.codec().decodeQueueRequest(json.request().bytes(), json.peer());
		assertThat(Trees.throughJson(request.body())).isEqualTo(expected.body());
		assertThat(request).usingRecursiveComparison().ignoringFields("body", "peer").isEqualTo(expected);
		byte[] written = exchange.codec().encodeQueueRequest(request);
		assertThat(exchange.codec().decodeQueueRequest(written, exchange.peer())).isEqualTo(request);
	}

	@ParameterizedTest
	@MethodSource("responses")
	void responseSurvivesOurReaderAndWriter(Exchange exchange) {
		MessageCodec codec = exchange.codec();
		Peer peer = exchange.peer();
		byte[] body = exchange.response().bytes();
		if (exchange.status() >= 400) {
			boolean isJson = body[0] == '{';
			WireError error = (isJson ? MessageCodec.forEncoding(Encoding.JSON) : codec).decodeError(body, peer);
			assertThat(error.group()).isNotEmpty();
			WireError again = MessageCodec.forEncoding(Encoding.JSON).decodeError(error.toJson(), peer);
			assertThat(again.message()).isEqualTo(error.message());
			assertThat(again.code()).isEqualTo(error.code());
		}
		else if (exchange.isQueue()) {
			QueueResponse response = codec.decodeQueueResponse(body, peer);
			assertThat(codec.decodeQueueResponse(codec.encodeQueueResponse(response, peer), peer)).isEqualTo(response);
		}
		else {
			JsonNode output = codec.decodeActionResponse(body, peer);
			assertThat(codec.decodeActionResponse(codec.encodeActionResponse(output, peer), peer)).isEqualTo(output);
		}
	}

	@ParameterizedTest
	@MethodSource("outputsInBare")
	void outputDecodesToWhatTheActionReturned(Exchange exchange) {
		JsonNode output = exchange.codec().decodeActionResponse(exchange.response().bytes(), exchange.peer());
		assertThat(output).isEqualTo(OUTPUTS.get(exchange.name()));
	}

	@ParameterizedTest
	@MethodSource("actionRequests")
	void bareVersionOverrulesTheUserAgent(Exchange exchange) {
		if (exchange.encoding() == Encoding.BARE && exchange.peer() == Peer.V2_3) {
			ActionRequest request = exchange.codec().decodeActionRequest(exchange.request().bytes(), Peer.V2_1);
			assertThat(request.peer()).isEqualTo(Peer.V2_3);
		}
	}

}
