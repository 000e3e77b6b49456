package dev.rivet.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BigIntegerNode;
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
 * Tests for {@link CborFormat}.
 */
class CborFormatTests {

	private final CborFormat format = new CborFormat();

	static Stream<Arguments> readSamples() {
		return Stream.of(arguments("b90001616101", Trees.object("a", 1)), arguments("a1616101", Trees.object("a", 1)),
				arguments("bf616101ff", Trees.object("a", 1)), arguments("8105", Trees.array(5)),
				arguments("9f0506ff", Trees.array(5, 6)), arguments("6178", Trees.node("x")),
				arguments("7f61786179ff", Trees.node("xy")), arguments("1a00010000", Trees.node(65536)),
				arguments("1affffffff", Trees.node(4294967295L)), arguments("3affffffff", Trees.node(-4294967296L)),
				arguments("fb41f0000000000000", Trees.node(4294967296L)),
				arguments("fb433fffffffffffff", Trees.node(9007199254740991L)),
				arguments("fb4340000000000000", DoubleNode.valueOf(9007199254740992.0)),
				arguments("fb3ff8000000000000", Trees.node(1.5)), arguments("fb3ff0000000000000", Trees.node(1)),
				arguments("fb8000000000000000", DoubleNode.valueOf(-0.0)), arguments("f93e00", Trees.node(1.5)),
				arguments("f90001", Trees.node(5.9604644775390625e-8)),
				arguments("f97c00", DoubleNode.valueOf(Double.POSITIVE_INFINITY)),
				arguments("fa3fc00000", Trees.node(1.5)), arguments("00", Trees.node(0)),
				arguments("f5", Trees.node(true)), arguments("f4", Trees.node(false)), arguments("f6", Trees.nothing()),
				arguments("f7", Trees.nothing()), arguments("1b000000000000002a", Trees.big("42")),
				arguments("1b0000000000000000", Trees.big("0")), arguments("3b0000000000000004", Trees.big("-5")),
				arguments("1bffffffffffffffff", Trees.big("18446744073709551615")),
				arguments("3bffffffffffffffff", Trees.big("-18446744073709551616")),
				arguments("c249010000000000000000", Trees.big("18446744073709551616")),
				arguments("c349010000000000000000", Trees.big("-18446744073709551617")),
				arguments("c11a00000000", Trees.date(0)), arguments("c1fb41d954fc4007df3b", Trees.date(1700000000123L)),
				arguments("c120", Trees.date(-1000)), arguments("c1fb7ff8000000000000", Trees.nothing()),
				arguments("c074323031332d30332d32315432303a30343a30305a", Trees.date(1363896240000L)),
				arguments("d840430102ff", Trees.bytes(1, 2, 255)), arguments("d844430102ff", Trees.bytes(1, 2, 255)),
				arguments("430102ff", Trees.bytes(1, 2, 255)), arguments("5f41014102ff", Trees.bytes(1, 2)),
				arguments("d85650000000000000f83f00000000000000c0", Trees.array(1.5, -2)),
				arguments("d84e4801000000feffffff", Trees.array(1, -2)), arguments("d845420201", Trees.array(258)),
				arguments("d841420201", Trees.array(513)), arguments("d84841ff", Trees.array(-1)),
				arguments("d84748ffffffffffffffff", Trees.array(Trees.big("18446744073709551615"))),
				arguments("d84f48ffffffffffffffff", Trees.array(Trees.big("-1"))),
				arguments("d855440000c03f", Trees.array(1.5)),
				arguments("d90103a26161016162b90001616302", Trees.object("a", 1, "b", Trees.object("c", 2))),
				arguments("d90103a4010 2 f503 613304 c11a0000000005",
						Trees.object("1", 2, "true", 3, "3", 4, "1970-01-01T00:00:00.000Z", 5)),
				arguments("d9010282016374776f", Trees.array(1, "two")),
				arguments("d81b83665265674578706461622b63626769", Trees.array("RegExp", "ab+c", "gi")),
				arguments("d81b8269547970654572726f7264626f6f6d", Trees.array("TypeError", "boom")),
				arguments("826724426967496e746132", Trees.array("$BigInt", "2")));
	}

	@ParameterizedTest
	@MethodSource("readSamples")
	void reads(String bytes, JsonNode expected) {
		assertThat(read(bytes)).isEqualTo(expected);
	}

	static Stream<Arguments> writeSamples() {
		return Stream.of(arguments(Trees.object("a", 1), "a1616101"), arguments(Trees.array(5), "8105"),
				arguments(Trees.node("x"), "6178"), arguments(Trees.node(65536), "1a00010000"),
				arguments(Trees.node(4294967295L), "1affffffff"), arguments(Trees.node(-4294967296L), "3affffffff"),
				arguments(Trees.node(4294967296L), "fb41f0000000000000"),
				arguments(Trees.node(-4294967297L), "fbc1f0000000100000"),
				arguments(Trees.node(9007199254740991L), "fb433fffffffffffff"),
				arguments(Trees.node(9007199254740992L), "1b0020000000000000"),
				arguments(Trees.node(Long.MIN_VALUE), "3b7fffffffffffffff"),
				arguments(Trees.node(1.5), "fb3ff8000000000000"),
				arguments(FloatNode.valueOf(0.1f), "fb3fb999999999999a"),
				arguments(DecimalNode.valueOf(new BigDecimal("0.1")), "fb3fb999999999999a"),
				arguments(DecimalNode.valueOf(new BigDecimal("1e1000000000")), "fb7ff0000000000000"),
				arguments(Trees.node(true), "f5"), arguments(Trees.nothing(), "f6"),
				arguments(Trees.big("42"), "1b000000000000002a"), arguments(Trees.big("0"), "1b0000000000000000"),
				arguments(Trees.big("-5"), "3b0000000000000004"),
				arguments(Trees.big("18446744073709551615"), "1bffffffffffffffff"),
				arguments(Trees.big("-18446744073709551616"), "3bffffffffffffffff"),
				arguments(Trees.big("18446744073709551616"), "c249010000000000000000"),
				arguments(Trees.big("12345678901234567890123"), "c24a029d42b64e76714244cb"),
				arguments(Trees.big("-18446744073709551617"), "c349010000000000000000"),
				arguments(Trees.date(0), "c100"), arguments(Trees.date(1700000000000L), "c11a6553f100"),
				arguments(Trees.date(1700000000123L), "c1fb41d954fc4007df3b"),
				arguments(Trees.date(-1000), "c1fbbff0000000000000"),
				arguments(new POJONode(Instant.MAX), "c1fb7ff8000000000000"),
				arguments(Trees.bytes(1, 2, 255), "d840430102ff"),
				arguments(Trees.array("$BigInt", "2"), "826724426967496e746132"));
	}

	@ParameterizedTest
	@MethodSource("writeSamples")
	void writes(JsonNode tree, String expected) {
		assertThat(Trees.hex(this.format.write(tree, Peer.V2_1))).isEqualTo(expected);
	}

	@Test
	void aValueHasALimitOfContainers() {
		assertThat(read("9f" + "a0".repeat(CborReader.MAX_CONTAINERS - 1) + "ff"))
			.hasSize(CborReader.MAX_CONTAINERS - 1);
		assertThatExceptionOfType(ProtocolException.class)
			.isThrownBy(() -> read("9f" + "a0".repeat(CborReader.MAX_CONTAINERS) + "ff"));
	}

	@Test
	void longTextAndArraysHaveLongHeads() {
		for (int length : new int[] { 23, 24, 255, 256, 65535, 65536 }) {
			JsonNode tree = Trees.array((Object[]) new String[] { "x".repeat(length) });
			assertThat(this.format.read(this.format.write(tree, Peer.V2_1), Peer.V2_1)).isEqualTo(tree);
		}
	}

	@Test
	void newerPeerLaysTaggedArraysOverCbor() {
		assertThat(readFromNewer("826724426967496e746132")).isEqualTo(Trees.big("2"));
		assertThat(readFromNewer("1b0000000000000002")).isEqualTo(Trees.big("2"));
		assertThat(readFromNewer("826a24556e646566696e656400")).isEqualTo(Trees.nothing());
		assertThat(readFromNewer("826b2455696e743841727261796441514c2f")).isEqualTo(Trees.bytes(1, 2, 255));
		assertThat(readFromNewer("826c2441727261794275666665726442773d3d")).isEqualTo(Trees.bytes(7));
		assertThat(readFromNewer("82642453657482016374776f")).isEqualTo(Trees.array(1, "two"));
		assertThat(readFromNewer("82652424666f6f63626172")).isEqualTo(Trees.array("$foo", "bar"));
	}

	@Test
	void itemsOfSetAreNotEscaped() {
		assertThat(readFromNewer("826424536574826424666f6f01")).isEqualTo(Trees.array("$foo", 1));
		assertThat(readFromNewer("83642453657482652424666f6f0102"))
			.isEqualTo(Trees.array("$Set", Trees.array("$foo", 1), 2));
	}

	@Test
	void arraysThatLookTaggedAreEscapedForNewerPeerOnly() {
		ArrayNode tree = Trees.array("$foo", "bar");
		assertThat(Trees.hex(this.format.write(tree, Peer.V2_3))).isEqualTo("82652424666f6f63626172");
		assertThat(Trees.hex(this.format.write(tree, Peer.V2_1))).isEqualTo("826424666f6f63626172");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "18", "1c", "61", "62c328", "9bffffffffffffffff", "9b7fffffffffffffff", "9affffffff",
			"bb7fffffffffffffff", "7b7fffffffffffffff", "5affffffff", "81", "8102ff", "ff", "f8ff", "e0", "5f6161ff",
			"7f5f4101ffff", "c1f5", "c06161", "d84c4101", "d85748", "d8564101", "d9010305", "d90102a0", "da00010000f6",
			"a18001", "f9", "0000" })
	void malformed(String bytes) {
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> read(bytes))
			.satisfies((ex) -> assertThat(ex.getGroup() + "/" + ex.getCode()).isEqualTo("message/malformed"))
			.withMessageStartingWith("Malformed message: ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "81", "9f", "a16161", "bf6161", "c1", "d90102", "d9010281" })
	void nestingTooDeepIsMalformed(String level) {
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> read(level.repeat(100_000) + "f6"));
	}

	@Test
	void integerTooLongIsMalformed() {
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> read("c25a00010000" + "ff".repeat(65536)))
			.withMessageContaining("number too long");
	}

	@Test
	void replacementCharacterIsText() {
		assertThat(read("63efbfbd")).isEqualTo(Trees.node("\uFFFD"));
	}

	@Test
	void deepestThatIsReadCanBeWrittenWithinMore() {
		JsonNode tree = read("81".repeat(TreeFormat.MAX_DEPTH_READ) + "f6");
		assertThat(this.format.write(Trees.array(tree), Peer.V2_1)).hasSize(TreeFormat.MAX_DEPTH_READ + 2);
	}

	@Test
	void treeThatNestsTooDeeplyCannotBeWritten() {
		ArrayNode tree = JsonNodeFactory.instance.arrayNode();
		tree.add(tree);
		assertThatIllegalArgumentException().isThrownBy(() -> this.format.write(tree, Peer.V2_1));
	}

	@Test
	void foreignObjectCannotBeWritten() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.format.write(new POJONode(new Object()), Peer.V2_1));
	}

	@Test
	void bigIntegerOfManyDigitsCanBeWritten() {
		BigInteger value = BigInteger.TEN.pow(900);
		assertThat(this.format.read(this.format.write(BigIntegerNode.valueOf(value), Peer.V2_1), Peer.V2_1))
			.isEqualTo(BigIntegerNode.valueOf(value));
	}

	private JsonNode read(String bytes) {
		return this.format.read(Trees.hex(bytes), Peer.V2_1);
	}

	private JsonNode readFromNewer(String bytes) {
		return this.format.read(Trees.hex(bytes), Peer.V2_3);
	}

}
