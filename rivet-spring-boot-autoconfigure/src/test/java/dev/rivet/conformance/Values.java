package dev.rivet.conformance;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Takes and returns values of all kinds.
 */
@Actor(name = "values", displayName = "Values", icon = "🧮")
class Values {

	private static final Instant INSTANT = Instant.parse("2023-11-14T22:13:20.123Z");

	private static final byte[] BYTES = { 0, 1, -1 };

	@Action
	@Nullable Object echo(@Nullable Object value) {
		return value;
	}

	@Action
	List<@Nullable Object> echoAll(@Nullable Object first, @Nullable Object second, @Nullable Object third,
			@Nullable Object fourth, @Nullable Object fifth) {
		return Arrays.asList(first, second, third, fourth, fifth);
	}

	@Action
	int length(String text) {
		return text.length();
	}

	@Action
	String text(int length) {
		return "x".repeat(length);
	}

	@Action
	String optional(@Nullable String text, @Nullable Integer number, Optional<String> last) {
		return text + " " + number + " " + last;
	}

	@Action
	String numbers(int one, long two, double three, float four, BigInteger five, BigDecimal six) {
		return one + " " + two + " " + three + " " + four + " " + five + " " + six.toPlainString();
	}

	@Action
	String asLong(long number) {
		return Long.toString(number);
	}

	@Action
	String texts(String text, Shape shape, LocalDate date, Duration duration, UUID id) {
		return text + " " + shape + " " + date + " " + duration + " " + id;
	}

	@Action
	String bytes(byte[] bytes) {
		return HexFormat.of().formatHex(bytes);
	}

	@Action
	String date(Instant date) {
		return date.toString();
	}

	@Action
	String points(List<Point> points) {
		return points.toString();
	}

	@Action
	String byName(Map<String, Point> points) {
		return points.toString();
	}

	@Action
	String unique(Set<String> texts) {
		return new TreeSet<>(texts).toString();
	}

	@Action
	String amongOthers(ActorContext context, String first, Connection connection, String second) {
		return first + " " + second + " " + context.name() + " " + !connection.id().isEmpty();
	}

	@Action
	int anInt() {
		return 42;
	}

	@Action
	long aLong() {
		return Long.MAX_VALUE;
	}

	@Action
	BigInteger aBigInteger() {
		return BigInteger.valueOf(42);
	}

	@Action
	Instant anInstant() {
		return INSTANT;
	}

	@Action
	byte[] someBytes() {
		return BYTES;
	}

	@Action
	List<String> aPair() {
		return List.of("$foo", "bar");
	}

	@Action
	String aText() {
		return "";
	}

	@Action
	Point aPoint() {
		return new Point(1, 2);
	}

	@Action
	Optional<String> nobody() {
		return Optional.empty();
	}

	@Action
	@Nullable String nothing() {
		return null;
	}

	@Action
	Map<String, @Nullable Object> fromJava(String what) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		switch (what) {
			case "integers" -> {
				values.put("int", 42);
				values.put("Long", -7L);
				values.put("short", (short) 12);
				values.put("byte", (byte) -1);
				values.put("2 ** 40", 1L << 40);
				values.put("safe", (1L << 53) - 1);
			}
			case "integers beyond the safe ones" -> {
				values.put("max", Long.MAX_VALUE);
				values.put("min", Long.MIN_VALUE);
				values.put("next", 1L << 53);
			}
			case "fractions" -> {
				values.put("double", 1.5);
				values.put("whole", 3.0);
				values.put("float", 0.1f);
				values.put("decimal", new BigDecimal("1.25"));
				values.put("NaN", Double.NaN);
			}
			case "big integers" -> {
				values.put("small", BigInteger.valueOf(42));
				values.put("zero", BigInteger.ZERO);
				values.put("negative", BigInteger.valueOf(-5));
				values.put("huge", BigInteger.TWO.pow(100));
			}
			case "texts" -> {
				values.put("text", "grün😀");
				values.put("char", 'c');
				values.put("constant", Shape.CIRCLE);
				values.put("uuid", UUID.fromString("0190f3b2-7c11-7a52-9d52-0b6f6a1c2d3e"));
			}
			case "times" -> {
				values.put("instant", INSTANT);
				values.put("legacy", new Date(0));
				values.put("date", LocalDate.of(2024, 2, 29));
				values.put("duration", Duration.ofMinutes(1));
			}
			case "bytes" -> {
				values.put("bytes", BYTES);
				values.put("none", new byte[0]);
			}
			case "collections" -> {
				values.put("list", List.of(1, 2));
				values.put("set", Set.of("a"));
				values.put("map", Map.of("k", "v"));
				values.put("array", new int[] { 3, 4 });
				values.put("empty", List.of());
				values.put("numbers", Map.of(1, "one"));
			}
			case "records" -> {
				values.put("point", new Point(1, 2));
				values.put("nested", new Drawing("n", List.of(new Point(3, 4)), Instant.EPOCH, null));
			}
			case "optionals" -> {
				values.put("empty", Optional.empty());
				values.put("present", Optional.of("here"));
			}
			case "what looks like a tag" -> {
				values.put("pair", List.of("$foo", "bar"));
				values.put("escaped", List.of("$$foo", 1));
				values.put("bigint", new String[] { "$BigInt", "5" });
			}
			default -> throw new IllegalArgumentException(what);
		}
		return values;
	}

	/**
	 * A value of an enum.
	 */
	enum Shape {

		CIRCLE, SQUARE

	}

	/**
	 * A record.
	 */
	record Point(int x, int y) {
	}

	/**
	 * A record with others inside.
	 */
	record Drawing(String name, List<Point> points, Instant at, @Nullable String missing) {
	}

}
