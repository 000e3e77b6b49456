package dev.rivet.sample;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.rivet.client.ActorHandle;
import dev.rivet.client.ActorOptions;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ChatRoom}; those of the page show its events.
 */
@SpringBootTest(
		properties = "spring.datasource.url=jdbc:sqlite:target/chat-room-tests.db?journal_mode=WAL&synchronous=FULL"
				+ "&transaction_mode=IMMEDIATE&busy_timeout=5000")
class ChatRoomTests {

	private final String room = "room-" + System.nanoTime();

	@Autowired
	private RivetClient rivet;

	@Test
	void keepsTheLastMessages() {
		ActorHandle ada = enter(" Ada ");
		IntStream.rangeClosed(0, ChatRoom.KEPT_MESSAGES)
			.forEach((i) -> ada.call(ChatRoom.Message.class, "sendMessage", " message " + i));
		assertThat(history(ada)).hasSize(ChatRoom.KEPT_MESSAGES)
			.allSatisfy((message) -> assertThat(message.from()).isEqualTo("Ada"))
			.extracting(ChatRoom.Message::text)
			.startsWith("message 1")
			.endsWith("message " + ChatRoom.KEPT_MESSAGES);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " \n" })
	void refusesAnEmptyMessage(String text) {
		ActorHandle ada = enter("Ada");
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> ada.call(ChatRoom.Message.class, "sendMessage", text))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("empty"));
		assertThat(history(ada)).isEmpty();
	}

	@Test
	void refusesAMessageThatIsTooLong() {
		ActorHandle ada = enter("Ada");
		String text = "x".repeat(ChatRoom.MAX_TEXT_LENGTH);
		assertThat(ada.call(ChatRoom.Message.class, "sendMessage", text).text()).isEqualTo(text);
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> ada.call(ChatRoom.Message.class, "sendMessage", text + "x"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("too_long"))
			.satisfies((ex) -> assertThat(ex.metadata()).isEqualTo(Map.of("limit", 500)));
	}

	@Test
	void refusesWhoHasNoName() {
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> history(enter("  ")))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("name_required"));
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> history(this.rivet.getOrCreate("chatRoom", this.room)))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("name_required"));
	}

	private ActorHandle enter(String name) {
		return this.rivet.getOrCreate("chatRoom", List.of(this.room), ActorOptions.parameters(Map.of("name", name)));
	}

	private static List<ChatRoom.Message> history(ActorHandle member) {
		return List.of(member.call(ChatRoom.Message[].class, "history"));
	}

}
