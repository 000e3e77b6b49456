package dev.rivet.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BinaryNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WireMapper}.
 */
class WireMapperTests {

	private static final Instant INSTANT = Instant.ofEpochMilli(1700000000123L);

	private final WireMapper mapper = new WireMapper();

	@Test
	void bytesBecomeBytesThatAreNotShared() {
		byte[] bytes = { 1, 2 };
		JsonNode tree = this.mapper.valueToTree(List.of(bytes)).get(0);
		bytes[0] = 9;
		assertThat(tree).isEqualTo(Trees.bytes(1, 2));
		this.mapper.treeToValue(tree, byte[].class)[0] = 9;
		((byte[]) this.mapper.treeToValue(tree, Object.class))[0] = 9;
		assertThat(tree).isEqualTo(Trees.bytes(1, 2));
	}

	@Test
	void treesAreCopied() {
		byte[] bytes = { 1, 2 };
		ObjectNode inner = Trees.object("bytes", BinaryNode.valueOf(bytes), "date", new POJONode(new Date(0)));
		ObjectNode tree = Trees.object("inner", inner);
		tree.set("inner", inner);
		ObjectNode copy = (ObjectNode) this.mapper.valueToTree(tree);
		bytes[0] = 9;
		inner.put("more", true);
		assertThat(copy)
			.isEqualTo(Trees.object("inner", Trees.object("bytes", Trees.bytes(1, 2), "date", Trees.date(0))));
		ObjectNode read = this.mapper.treeToValue(copy, ObjectNode.class);
		assertThat(read).isEqualTo(copy).isNotSameAs(copy);
		assertThat(this.mapper.treeToValue(copy, JsonNode.class)).isEqualTo(copy).isNotSameAs(copy);
		assertThat(this.mapper.getMapper().treeToValue(copy, ObjectNode.class)).isEqualTo(copy).isNotSameAs(copy);
		assertFails(Trees.array(), ObjectNode.class);
	}

	@Test
	void datesBecomeDates() {
		assertThat(this.mapper.valueToTree(INSTANT)).isEqualTo(new POJONode(INSTANT));
		assertThat(this.mapper.valueToTree(Date.from(INSTANT))).isEqualTo(new POJONode(INSTANT));
		assertThat(this.mapper.valueToTree(new java.sql.Date(0))).isEqualTo(Trees.date(0));
		assertThat(this.mapper.valueToTree(Map.of("a", Optional.of(INSTANT))).get("a"))
			.isEqualTo(new POJONode(INSTANT));
	}

	@Test
	void otherTimesBecomeText() {
		assertThat(this.mapper.valueToTree(LocalDate.of(2023, 11, 14))).isEqualTo(Trees.node("2023-11-14"));
		assertThat(this.mapper.valueToTree(Duration.ofSeconds(90))).isEqualTo(Trees.node("PT1M30S"));
		assertThat(this.mapper.valueToTree(OffsetDateTime.parse("2023-11-14T22:13:20+01:00")))
			.isEqualTo(Trees.node("2023-11-14T22:13:20+01:00"));
	}

	@Test
	void numbersKeepTheirKind() {
		assertThat(this.mapper.valueToTree(new BigInteger("5"))).isEqualTo(Trees.big("5"));
		assertThat(this.mapper.valueToTree(5L).isLong()).isTrue();
		assertThat(this.mapper.valueToTree(5).isInt()).isTrue();
		assertThat(this.mapper.valueToTree(1.5)).isEqualTo(DoubleNode.valueOf(1.5));
	}

	@Test
	void nothingBecomesNull() {
		assertThat(this.mapper.valueToTree(null)).isEqualTo(Trees.nothing());
		assertThat(this.mapper.valueToTree(Optional.empty())).isEqualTo(Trees.nothing());
		assertThat(this.mapper.valueToTree(new Person("a", null)).get("age")).isEqualTo(Trees.nothing());
	}

	@Test
	void setsBecomeArrays() {
		Set<String> set = new LinkedHashSet<>(List.of("a", "b"));
		assertThat(this.mapper.valueToTree(set)).isEqualTo(Trees.array("a", "b"));
		assertThat((Object) this.mapper.treeToValue(Trees.array("a", "b"), type(new TypeReference<Set<String>>() {
		}))).isEqualTo(set);
	}

	@Test
	void propertiesKeepTheirOrder() {
		assertThat(this.mapper.valueToTree(new Person("a", 1)).propertyNames()).containsExactly("name", "age");
	}

	@Test
	void datesAreReadFromWhatEveryEncodingSends() {
		for (JsonNode tree : List.of(new POJONode(INSTANT), Trees.node("2023-11-14T22:13:20.123Z"),
				Trees.node(1700000000123L))) {
			assertThat(this.mapper.treeToValue(tree, Instant.class)).isEqualTo(INSTANT);
			assertThat(this.mapper.treeToValue(tree, Date.class)).isEqualTo(Date.from(INSTANT));
			assertThat(this.mapper.treeToValue(tree, Timestamp.class)).isEqualTo(Timestamp.from(INSTANT));
			assertThat(this.mapper.treeToValue(tree, java.sql.Date.class).getTime()).isEqualTo(INSTANT.toEpochMilli());
			assertThat(this.mapper.treeToValue(tree, OffsetDateTime.class).toInstant()).isEqualTo(INSTANT);
			assertThat(this.mapper.treeToValue(tree, ZonedDateTime.class).toInstant()).isEqualTo(INSTANT);
		}
		assertThat(this.mapper.treeToValue(Trees.node("2023-11-14T23:13:20.123+01:00"), Instant.class))
			.isEqualTo(INSTANT);
		assertThat(this.mapper.treeToValue(Trees.node("2023-11-14"), java.sql.Date.class)).isEqualTo("2023-11-14");
		assertThat(this.mapper.treeToValue(Trees.nothing(), Instant.class)).isNull();
		assertFails(Trees.node("yesterday"), Instant.class);
		assertFails(Trees.node(""), Instant.class);
		assertFails(Trees.node(true), Instant.class);
		assertFails(Trees.bytes(1), Instant.class);
		assertFails(Trees.big("99999999999999999999"), Instant.class);
	}

	@Test
	void bytesAreReadFromBytesAndText() {
		assertThat(this.mapper.treeToValue(Trees.bytes(1, 2, 255), byte[].class)).containsExactly(1, 2, 255);
		assertThat(this.mapper.treeToValue(Trees.node("AQL/"), byte[].class)).containsExactly(1, 2, 255);
		assertFails(Trees.node("*"), byte[].class);
		assertFails(Trees.node(1), byte[].class);
		assertFails(new POJONode(INSTANT), byte[].class);
	}

	@Test
	void bigIntegersAreReadAsWhateverHoldsThem() {
		assertThat(this.mapper.treeToValue(Trees.big("5"), long.class)).isEqualTo(5L);
		assertThat(this.mapper.treeToValue(Trees.big("5"), Long.class)).isEqualTo(5L);
		assertThat(this.mapper.treeToValue(Trees.big("5"), int.class)).isEqualTo(5);
		assertThat(this.mapper.treeToValue(Trees.big("5"), BigInteger.class)).isEqualTo(BigInteger.valueOf(5));
		assertThat(this.mapper.treeToValue(Trees.big("5"), BigDecimal.class)).isEqualTo(BigDecimal.valueOf(5));
		assertThat(this.mapper.treeToValue(Trees.node(5), BigInteger.class)).isEqualTo(BigInteger.valueOf(5));
		assertThat(this.mapper.treeToValue(Trees.node(0.1), BigDecimal.class)).isEqualTo(new BigDecimal("0.1"));
		assertFails(Trees.big("9223372036854775808"), long.class);
		assertFails(Trees.big("9223372036854775808"), Long.class);
		assertFails(Trees.node(1L << 31), int.class);
		assertFails(Trees.node(300), byte.class);
	}

	@Test
	void kindsAreTakenStrictly() {
		assertThat(this.mapper.treeToValue(Trees.node(5), double.class)).isEqualTo(5.0);
		assertThat(this.mapper.treeToValue(Trees.node(5), Double.class)).isEqualTo(5.0);
		assertFails(Trees.node("5"), int.class);
		assertFails(Trees.node("5"), Long.class);
		assertFails(Trees.node("5"), double.class);
		assertFails(Trees.node("5"), BigInteger.class);
		assertFails(Trees.node("5"), BigDecimal.class);
		assertFails(Trees.node("5"), Integer[].class);
		assertFails(Trees.node(""), Integer.class);
		assertFails(Trees.node(""), Person.class);
		assertFails(Trees.node("true"), boolean.class);
		assertFails(Trees.node("true"), Boolean.class);
		assertFails(Trees.node(1), boolean.class);
		assertFails(Trees.node(1), Boolean.class);
		assertFails(Trees.node(true), int.class);
		assertFails(Trees.node(5), String.class);
		assertFails(Trees.node(1.5), String.class);
		assertFails(Trees.node(true), String.class);
		assertFails(Trees.array("a"), String.class);
		assertFails(Trees.array(1), int.class);
		assertFails(Trees.node(1), int[].class);
		assertFails(Trees.node(1.5), int.class);
		assertFails(Trees.node(1.5), Long.class);
		assertFails(Trees.node(1.5), BigInteger.class);
		assertFails(Trees.nothing(), int.class);
		assertFails(Trees.nothing(), boolean.class);
		assertFails(Trees.object("name", "a"), Counter.class);
		assertFails(Trees.object("count", Trees.nothing()), Counter.class);
		assertFails(Trees.node(1), DayOfWeek.class);
		assertFails(Trees.bytes(1), String.class);
		assertFails(new POJONode(INSTANT), String.class);
		assertFails(Trees.array(1), String[].class);
		assertFails(Trees.object("name", 1), Person.class);
		assertFails(Trees.node("ab"), char.class);
	}

	@Test
	void recordsAndGenericsAreRead() {
		assertThat(this.mapper.treeToValue(Trees.object("name", "a", "age", 1, "unknown", 2), Person.class))
			.isEqualTo(new Person("a", 1));
		assertThat((Object) this.mapper.treeToValue(Trees.object("a", Trees.array(Trees.object("name", "b"))),
				type(new TypeReference<Map<String, List<Person>>>() {
				})))
			.isEqualTo(Map.of("a", List.of(new Person("b", null))));
		assertThat(this.mapper.treeToValue(Trees.node("MONDAY"), DayOfWeek.class)).isEqualTo(DayOfWeek.MONDAY);
		UUID uuid = new UUID(1, 2);
		assertThat(this.mapper.treeToValue(this.mapper.valueToTree(uuid), UUID.class)).isEqualTo(uuid);
	}

	@Test
	void optionalsAreRead() {
		JavaType type = type(new TypeReference<Optional<Instant>>() {
		});
		assertThat((Object) this.mapper.treeToValue(new POJONode(INSTANT), type)).isEqualTo(Optional.of(INSTANT));
		assertThat((Object) this.mapper.treeToValue(Trees.nothing(), type)).isEqualTo(Optional.empty());
		assertThat(this.mapper.treeToValue(Trees.node(1), OptionalInt.class)).hasValue(1);
	}

	@Test
	void untypedValuesAreRead() {
		JsonNode tree = Trees.object("date", new POJONode(INSTANT), "big", Trees.big("5"), "long", 1L << 40, "int", 1,
				"double", 1.5, "text", "a", "list", Trees.array(new POJONode(INSTANT), Trees.nothing()), "yes", true);
		Map<String, Object> expected = new HashMap<>();
		expected.put("date", INSTANT);
		expected.put("big", BigInteger.valueOf(5));
		expected.put("long", 1L << 40);
		expected.put("int", 1);
		expected.put("double", 1.5);
		expected.put("text", "a");
		List<@Nullable Object> list = new ArrayList<>();
		list.add(INSTANT);
		list.add(null);
		expected.put("list", list);
		expected.put("yes", true);
		assertThat(this.mapper.treeToValue(tree, Object.class)).isEqualTo(expected);
		assertThat((Object) this.mapper.treeToValue(tree, type(new TypeReference<Map<String, Object>>() {
		}))).isEqualTo(expected);
		assertThat(this.mapper.treeToValue(Trees.object("any", tree), Holder.class)).isEqualTo(new Holder(expected));
	}

	@Test
	void valueThatContainsItselfFails() {
		Map<String, Object> map = new HashMap<>();
		map.put("self", map);
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> this.mapper.valueToTree(map));
		ArrayNode tree = Trees.array();
		tree.add(tree);
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> this.mapper.valueToTree(tree));
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> this.mapper.getMapper().valueToTree(tree));
	}

	@Test
	void deepestThatIsReadIsBound() {
		JsonNode tree = new CborFormat().read(Trees.hex("81".repeat(TreeFormat.MAX_DEPTH_READ) + "f6"), Peer.V2_1);
		assertThat(this.mapper.valueToTree(this.mapper.treeToValue(tree, Object.class))).isEqualTo(tree);
		assertThat(this.mapper.treeToValue(tree, JsonNode.class)).isEqualTo(tree);
	}

	@ParameterizedTest
	@EnumSource
	void valuesCrossTheWire(Encoding encoding) {
		Everything value = new Everything(INSTANT, new Date(0), List.of(1L << 60, 2L), new BigInteger("5"), 1.0f, 0.1,
				Optional.of("x"), Map.of("a", List.of("$foo", "b")), new BigDecimal("12.5"), 'c');
		for (Peer peer : Peer.values()) {
			MessageCodec codec = MessageCodec.forEncoding(encoding);
			byte[] body = codec.encodeActionResponse(this.mapper.valueToTree(value), peer);
			JsonNode output = codec.decodeActionResponse(body, peer);
			assertThat(this.mapper.treeToValue(output, Everything.class)).isEqualTo(value);
		}
	}

	@Test
	void mapperCanBeCustomized() {
		WireMapper customized = new WireMapper((builder) -> builder.addMixIn(Person.class, NoAge.class));
		assertThat(customized.valueToTree(new Person("a", 1))).isEqualTo(Trees.object("name", "a"));
	}

	private void assertFails(JsonNode tree, Class<?> type) {
		assertThatExceptionOfType(JacksonException.class).as("%s as %s", tree, type)
			.isThrownBy(() -> this.mapper.treeToValue(tree, type));
	}

	private JavaType type(TypeReference<?> type) {
		return this.mapper.getMapper().constructType(type);
	}

	record Person(String name, @Nullable Integer age) {
	}

	record Counter(int count) {
	}

	record Holder(Object any) {
	}

	record Everything(Instant instant, Date date, List<Long> longs, BigInteger big, float single, double number,
			Optional<String> optional, Map<String, List<String>> map, BigDecimal decimal, char character) {
	}

	@JsonIgnoreProperties("age")
	private abstract static class NoAge {

	}

}
