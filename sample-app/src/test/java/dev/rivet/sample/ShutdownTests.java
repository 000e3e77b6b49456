package dev.rivet.sample;

import java.io.EOFException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.rivet.diary.DiaryApplication;
import dev.rivet.process.ClientSocket;
import dev.rivet.process.JavaServer;
import dev.rivet.process.Requests;
import dev.rivet.process.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Stops an application as an operator does, with everything going on at once, and looks
 * what its clients see and what is there after the next start.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There is no SIGTERM")
@Timeout(120)
class ShutdownTests {

	private static final int SIGTERMED = 128 + 15;

	private static final JsonMapper json = new JsonMapper();

	@Test
	void clientsAreToldToComeBackAndNothingIsForgotten(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory)
			throws Exception {
		List<String> database = TestDatabase.SQLITE.create(directory);
		String diary;
		try (JavaServer server = start(directory, database)) {
			diary = new Requests(server).create("diary", "mine");
			call(server, diary, "write", "\"a line\"");
			call(server, diary, "writeLater", "\"an alarm\",5");
			new Requests(server).send("POST", diary + "/queue/letters", "{\"body\":\"a letter\"}");
			CompletableFuture<JsonNode> answer = CompletableFuture
				.supplyAsync(() -> call(server, diary, "writeSlowly", "\"a long line\""));
			await().until(() -> call(server, diary, "isWriting", "").asBoolean());
			try (ClientSocket socket = ClientSocket.open(server.uri(diary + "/connect"))) {
				server.terminate();
				assertThatExceptionOfType(EOFException.class).isThrownBy(() -> receiveAll(socket))
					.withMessage("Closed: 1001 actor.stopped");
			}
			assertThat(answer.get().isNull()).isTrue();
			assertThat(server.awaitEnd()).isEqualTo(SIGTERMED);
		}
		try (JavaServer server = start(directory, database)) {
			await().until(() -> lines(server, diary), (lines) -> lines.contains("an alarm"));
			call(server, diary, "copyLetters", "");
			assertThat(lines(server, diary)).containsExactlyInAnyOrder("a line", "a long line", "good night",
					"an alarm", "a letter");
		}
	}

	private static void receiveAll(ClientSocket socket) throws Exception {
		while (true) {
			socket.receive((kind, number) -> {
			});
		}
	}

	private static List<String> lines(JavaServer server, String diary) {
		return call(server, diary, "read", "").valueStream().map(JsonNode::asString).toList();
	}

	private static JsonNode call(JavaServer server, String diary, String action, String args) {
		String answer = new Requests(server).send("POST", diary + "/action/" + action, "{\"args\":[" + args + "]}");
		return json.readTree(answer).path("output");
	}

	private static JavaServer start(Path directory, List<String> database) {
		return JavaServer
			.start(DiaryApplication.class, directory, List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"), database)
			.awaitReady("/api/rivet/health");
	}

}
