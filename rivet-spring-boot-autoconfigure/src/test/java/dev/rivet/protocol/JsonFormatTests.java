package dev.rivet.protocol;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.FloatNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.POJONode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link JsonFormat}.
 */
class JsonFormatTests {

	private final JsonFormat format = new JsonFormat();

	static Stream<Arguments> writeSamples() {
		return Stream.of(arguments(Trees.big("123"), "[\"$BigInt\",\"123\"]"),
				arguments(Trees.node(9007199254740991L), "9007199254740991"),
				arguments(Trees.node(9007199254740992L), "[\"$BigInt\",\"9007199254740992\"]"),
				arguments(Trees.node(Long.MIN_VALUE), "[\"$BigInt\",\"-9223372036854775808\"]"),
				arguments(Trees.bytes(1, 2, 255), "[\"$Uint8Array\",\"AQL/\"]"),
				arguments(Trees.date(1700000000123L), "\"2023-11-14T22:13:20.123Z\""),
				arguments(Trees.date(0), "\"1970-01-01T00:00:00.000Z\""),
				arguments(Trees.date(253402300800000L), "\"+010000-01-01T00:00:00.000Z\""),
				arguments(Trees.date(-62198755200000L), "\"-000001-01-01T00:00:00.000Z\""),
				arguments(Trees.date(8640000000000000L), "\"+275760-09-13T00:00:00.000Z\""),
				arguments(new POJONode(Instant.MAX), "null"),
				arguments(Trees.array("$foo", "bar"), "[\"$$foo\",\"bar\"]"),
				arguments(Trees.array("$$foo", 1), "[\"$$$foo\",1]"), arguments(Trees.array("$foo"), "[\"$foo\"]"),
				arguments(Trees.array("$foo", 1, 2), "[\"$foo\",1,2]"), arguments(Trees.array("foo", 1), "[\"foo\",1]"),
				arguments(DoubleNode.valueOf(Double.NaN), "null"),
				arguments(FloatNode.valueOf(Float.NEGATIVE_INFINITY), "null"),
				arguments(FloatNode.valueOf(0.1f), "0.1"), arguments(Trees.node(1.5), "1.5"),
				arguments(DecimalNode.valueOf(new BigDecimal("12.34")), "12.34"),
				arguments(Trees.object("a", Trees.nothing(), "b", true), "{\"a\":null,\"b\":true}"),
				arguments(Trees.node("h\u00e9\u2713\uD83D\uDE00"), "\"h\u00e9\u2713\uD83D\uDE00\""));
	}

	@ParameterizedTest
	@MethodSource("writeSamples")
	void writes(JsonNode tree, String expected) {
		assertThat(write(tree)).isEqualTo(expected);
	}

	static Stream<Arguments> readSamples() {
		return Stream.of(arguments("[\"$BigInt\",\"-123\"]", Trees.big("-123")),
				arguments("[\"$Uint8Array\",\"AQL/\"]", Trees.bytes(1, 2, 255)),
				arguments("[\"$ArrayBuffer\",\"Bw==\"]", Trees.bytes(7)),
				arguments("[\"$Undefined\",0]", Trees.nothing()), arguments("[\"$Set\",[1,2]]", Trees.array(1, 2)),
				arguments("[\"$Set\",[[\"$BigInt\",\"1\"]]]", Trees.array(Trees.big("1"))),
				arguments("[\"$Set\",[\"$foo\",1]]", Trees.array("$foo", 1)),
				arguments("[\"$Set\",[\"$$foo\",1],1]", Trees.array("$Set", Trees.array("$foo", 1), 1)),
				arguments("[\"$$foo\",\"bar\"]", Trees.array("$foo", "bar")),
				arguments("[\"$foo\",1,2]", Trees.array("$foo", 1, 2)),
				arguments("{\"a\":[[\"$$foo\",1]]}", Trees.object("a", Trees.array(Trees.array("$foo", 1)))),
				arguments("1", Trees.node(1)), arguments("1e3", Trees.node(1000)), arguments("-0", Trees.node(0)),
				arguments("1099511627776", Trees.node(1099511627776L)),
				arguments("9007199254740993", Trees.node(9007199254740993L)),
				arguments("100000000000000000000", Trees.node(1e20)),
				arguments("1e1000000000", DoubleNode.valueOf(Double.POSITIVE_INFINITY)),
				arguments("\"2023-11-14T22:13:20.123Z\"", Trees.node("2023-11-14T22:13:20.123Z")));
	}

	@ParameterizedTest
	@MethodSource("readSamples")
	void reads(String json, JsonNode expected) {
		assertThat(read(json)).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "[", "[1", "{\"a\"", "{\"a\":", "{} {}", "nul", "NaN", "[\"$foo\",1]",
			"[\"$BigInt\",1]", "[\"$BigInt\",\"\"]", "[\"$BigInt\",\"-\"]", "[\"$BigInt\",\"+1\"]",
			"[\"$BigInt\",\"1.5\"]", "[\"$BigInt\",\"\u0661\"]", "[\"$Uint8Array\",\"*\"]", "[\"$Uint8Array\",[1]]",
			"[\"$Set\",1]", "[\"$\",1]", "\u0000" })
	void malformed(String json) {
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> read(json))
			.satisfies((ex) -> assertThat(ex.getGroup() + "/" + ex.getCode()).isEqualTo("message/malformed"));
	}

	@Test
	void textThatIsNotUtf8IsMalformed() {
		assertThatExceptionOfType(ProtocolException.class)
			.isThrownBy(() -> this.format.read(Trees.hex("22c32822"), Peer.V2_1));
	}

	@Test
	void integersTooLongAreMalformed() {
		assertThatExceptionOfType(ProtocolException.class)
			.isThrownBy(() -> read("[\"$BigInt\",\"" + "9".repeat(60_000) + "\"]"));
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> read("9".repeat(60_000)));
	}

	@Test
	void nestingTooDeepIsMalformed() {
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> read("[".repeat(100_000)));
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> read("{\"a\":".repeat(100_000)));
	}

	@Test
	void treeThatNestsTooDeeplyCannotBeWritten() {
		ArrayNode tree = JsonNodeFactory.instance.arrayNode();
		tree.add(tree);
		assertThatIllegalArgumentException().isThrownBy(() -> write(tree));
	}

	@Test
	void loneSurrogateSurvives() {
		JsonNode tree = read("\"\\ud83d\"");
		assertThat(read(write(tree))).isEqualTo(tree);
	}

	@Test
	void foreignObjectCannotBeWritten() {
		assertThatIllegalArgumentException().isThrownBy(() -> write(new POJONode(new Object())));
	}

	private JsonNode read(String json) {
		return this.format.read(json.getBytes(StandardCharsets.UTF_8), Peer.V2_1);
	}

	private String write(JsonNode tree) {
		return new String(this.format.write(tree, Peer.V2_1), StandardCharsets.UTF_8);
	}

}
