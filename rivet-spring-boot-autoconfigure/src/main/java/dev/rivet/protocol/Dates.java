package dev.rivet.protocol;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.POJONode;

/**
 * Dates as JavaScript knows them: whole milliseconds, in a range that is smaller than
 * that of an {@link Instant}.
 */
final class Dates {

	private static final long MAX_MILLIS = 8_640_000_000_000_000L;

	private static final long MAX_SECONDS = MAX_MILLIS / 1000;

	private static final DateTimeFormatter ISO = DateTimeFormatter
		.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private static final DateTimeFormatter ISO_LONG_YEAR = DateTimeFormatter
		.ofPattern("-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private Dates() {
	}

	/**
	 * Return the node for a date, which is null if JavaScript calls the date invalid.
	 */
	static JsonNode node(double epochMilli) {
		if (!(Math.abs(epochMilli) <= MAX_MILLIS)) {
			return NullNode.getInstance();
		}
		return new POJONode(Instant.ofEpochMilli(Math.round(epochMilli)));
	}

	/**
	 * Return milliseconds since the epoch, or {@code null} if JavaScript has no such
	 * date.
	 */
	static @Nullable Long epochMilli(Instant instant) {
		if (Math.abs(instant.getEpochSecond()) > MAX_SECONDS) {
			return null;
		}
		long millis = instant.toEpochMilli();
		return (Math.abs(millis) <= MAX_MILLIS) ? millis : null;
	}

	/**
	 * Return what {@code toISOString} returns.
	 */
	static String text(Instant instant) {
		int year = instant.atOffset(ZoneOffset.UTC).getYear();
		if (year >= 0 && year <= 9999) {
			return ISO.format(instant);
		}
		return String.format(Locale.ROOT, "%c%06d", (year < 0) ? '-' : '+', Math.abs(year))
				+ ISO_LONG_YEAR.format(instant);
	}

}
