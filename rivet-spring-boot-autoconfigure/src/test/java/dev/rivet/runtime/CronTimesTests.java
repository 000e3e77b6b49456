package dev.rivet.runtime;

import java.time.ZonedDateTime;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Cron expressions where clocks are changed: in Berlin at 2 in spring and at 3 in autumn,
 * elsewhere at midnight or by half an hour.
 */
class CronTimesTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0 30 2 * * *    | 2025-03-29T12:00+01:00[Europe/Berlin]        | 2025-03-30T03:30+02:00
			0 30 2 * * *    | 2025-03-30T03:30+02:00[Europe/Berlin]        | 2025-03-31T02:30+02:00
			0 30 2 30 3 *   | 2025-03-29T12:00+01:00[Europe/Berlin]        | 2025-03-30T03:30+02:00
			0 30 2,3 * * *  | 2025-03-30T01:59+01:00[Europe/Berlin]        | 2025-03-30T03:30+02:00
			0 30 2,3 * * *  | 2025-03-30T03:30+02:00[Europe/Berlin]        | 2025-03-31T02:30+02:00
			0 0 9 * * *     | 2025-03-29T12:00+01:00[Europe/Berlin]        | 2025-03-30T09:00+02:00
			0 30 2 * * *    | 2025-10-25T12:00+02:00[Europe/Berlin]        | 2025-10-26T02:30+02:00
			0 30 2 * * *    | 2025-10-26T02:30+02:00[Europe/Berlin]        | 2025-10-27T02:30+01:00
			0 30 2 * * *    | 2025-10-26T02:10+01:00[Europe/Berlin]        | 2025-10-27T02:30+01:00
			0 30 * * * *    | 2025-10-26T02:30+02:00[Europe/Berlin]        | 2025-10-26T02:30+01:00
			0 30 */1 * * *  | 2025-10-26T02:30+02:00[Europe/Berlin]        | 2025-10-26T02:30+01:00
			@hourly         | 2025-10-26T02:00+02:00[Europe/Berlin]        | 2025-10-26T02:00+01:00
			0 30 * * * *    | 2025-03-30T01:30+01:00[Europe/Berlin]        | 2025-03-30T03:30+02:00
			0 0 0 * * *     | 2025-04-24T12:00+02:00[Africa/Cairo]         | 2025-04-25T01:00+03:00
			@daily          | 2025-09-06T12:00-04:00[America/Santiago]     | 2025-09-07T01:00-03:00
			0 45 1 * * *    | 2025-04-06T01:45+11:00[Australia/Lord_Howe]  | 2025-04-07T01:45+10:30
			0 0 0 30 2 *    | 2025-01-31T12:00Z[UTC]                       |
			""")
	void next(String cron, String from, @Nullable String next) {
		ZonedDateTime found = CronTimes.next(cron, ZonedDateTime.parse(from));
		if (next == null) {
			assertThat(found).isNull();
		}
		else {
			assertThat(found).isNotNull();
			assertThat(found.toOffsetDateTime()).isEqualTo(next);
		}
	}

}
