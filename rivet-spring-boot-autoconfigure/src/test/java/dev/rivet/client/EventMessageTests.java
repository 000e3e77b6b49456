package dev.rivet.client;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventMessage}.
 */
class EventMessageTests {

	@Test
	void isWrittenOnceForAllConnectionsOfAFormat() {
		EventMessage message = new EventMessage("news", JsonMapper.shared().createArrayNode().add(1));
		List<String> written = new ArrayList<>();
		for (String format : List.of("json", "bare", "json", "bare", "json")) {
			String frame = message.encoded(format, (event) -> {
				written.add(format);
				return format + " " + event.name() + event.args();
			});
			assertThat(frame).isEqualTo(format + " news[1]");
		}
		assertThat(written).containsExactly("json", "bare");
	}

}
