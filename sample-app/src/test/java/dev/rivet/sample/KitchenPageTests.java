package dev.rivet.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.rivet.process.Chromium;
import dev.rivet.process.JavaServer;
import dev.rivet.process.Page;
import dev.rivet.process.Requests;
import dev.rivet.process.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.client.RestClientException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Looks into the kitchen through pages that stay open while it sleeps and while its
 * server is killed.
 */
@EnabledIf(value = "dev.rivet.process.Chromium#isWanted", disabledReason = "There is no Chromium")
@Timeout(180)
class KitchenPageTests {

	private static final JsonMapper json = new JsonMapper();

	private final int port = JavaServer.freePort();

	@TempDir
	private Path directory;

	private List<String> arguments;

	private Chromium chromium;

	private JavaServer server;

	@BeforeEach
	void start() throws IOException {
		this.arguments = new ArrayList<>(TestDatabase.SQLITE.create(this.directory));
		this.arguments.addAll(List.of("--sample.cooking-time=300ms", "--rivet.actors.kitchen.sleep-timeout=1s"));
		this.server = startServer();
		this.chromium = Chromium.start(Files.createDirectory(this.directory.resolve("chromium")));
	}

	@AfterEach
	void stop() {
		if (this.chromium != null) {
			this.chromium.close();
		}
		this.server.close();
	}

	@Test
	void anOrderWakesTheKitchenThatSleepsWhilePagesAreConnected() {
		Page ada = open();
		Page grace = open();
		for (Page page : List.of(ada, grace)) {
			// what the page says of the kitchen from now on: it washes up every minute
			page.evaluate("""
					window.lives = [];
					window.tickets = [];
					for (const [place, texts] of [["#life", lives], ["#tickets", tickets]]) {
						const shown = document.querySelector(place);
						new MutationObserver(() => texts.push(shown.textContent)).observe(shown, { childList: true });
					}
					""");
		}
		ada.click("#menu button");
		for (Page page : List.of(ada, grace)) {
			eventually(() -> assertThat(page.evaluate("tickets.join()").asString()).contains("Ramen"));
			eventually(() -> assertThat(page.text("#served")).isEqualTo("1 served"));
			eventually(() -> assertThat(page.text("#life")).isEqualTo("Asleep"));
		}
		Requests requests = new Requests(this.server);
		eventually(() -> assertThat(requests.send("GET", "/api/rivet/actors?name=kitchen&key=main", ""))
			.containsPattern("\"connectable_ts\":null,\"sleep_ts\":\\d+"));
		ada.evaluate("lives.length = 0");
		order(requests, "soup");
		for (Page page : List.of(ada, grace)) {
			eventually(() -> assertThat(page.evaluate("tickets.join()").asString()).contains("soup"));
			eventually(() -> assertThat(page.text("#served")).isEqualTo("2 served"));
		}
		eventually(() -> assertThat(ada.text("#life")).isEqualTo("Asleep"));
		assertThat(ada.evaluate("lives").valueStream().map(JsonNode::asString)).contains("Awake", "Asleep")
			.doesNotContain("Connecting");
		assertThat(this.chromium.exceptions()).isEmpty();
	}

	@Test
	@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There is no SIGKILL")
	void everyAcknowledgedOrderIsServedOnceThoughTheServerIsKilled() {
		Page ada = open();
		for (int i = 0; i < 3; i++) {
			ada.click("#menu button");
		}
		Requests before = new Requests(this.server);
		eventually(() -> {
			JsonNode board = call(before, "board");
			long toServe = board.path("tickets")
				.valueStream()
				.filter((ticket) -> !ticket.path("stage").asString().equals("SERVED"))
				.count();
			assertThat(board.path("served").asInt() + toServe).isEqualTo(3);
		});
		List<String> sent = new CopyOnWriteArrayList<>();
		List<String> acknowledged = new CopyOnWriteArrayList<>();
		CompletableFuture<Void> guests = CompletableFuture.runAsync(() -> {
			while (true) {
				String dish = "dish " + sent.size();
				sent.add(dish);
				order(before, dish);
				acknowledged.add(dish);
			}
		});
		await().until(() -> acknowledged.size() >= 5);
		this.server.kill();
		assertThat(guests).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.withCauseInstanceOf(RestClientException.class);
		eventually(() -> assertThat(ada.text("#life")).isEqualTo("Connecting"));
		assertThat(ada.isEnabled("#menu button")).isFalse();

		this.server = startServer();
		Requests after = new Requests(this.server);
		eventually(() -> assertThat(ada.isEnabled("#menu button")).isTrue());
		ada.click("#menu button");
		await().atMost(Duration.ofSeconds(120))
			.untilAsserted(() -> assertThat(call(after, "lastDishes", 1000).valueStream().map(JsonNode::asString))
				.filteredOn("Ramen"::equals)
				.hasSize(4));
		List<String> served = call(after, "lastDishes", 1000).valueStream()
			.map(JsonNode::asString)
			.filter((dish) -> !dish.equals("Ramen"))
			.toList();
		assertThat(served).doesNotHaveDuplicates().containsAll(acknowledged);
		assertThat(sent).containsAll(served);
		eventually(() -> assertThat(ada.text("#served")).isEqualTo(served.size() + 4 + " served"));
		assertThat(this.chromium.exceptions()).isEmpty();
	}

	@Test
	void nothingIsCutOff() {
		Page ada = open();
		ada.evaluate("location.hash = 'kitchen'");
		for (int[] size : new int[][] { { 1280, 800 }, { 1000, 700 }, { 390, 780 }, { 320, 560 } }) {
			ada.resize(size[0], size[1], "light");
			eventually(() -> assertThat(ada.evaluate("innerWidth").asInt()).isEqualTo(size[0]));
			assertThat(ada.evaluate("document.documentElement.scrollWidth").asInt()).isEqualTo(size[0]);
			assertThat(ada.evaluate("document.querySelector('#menu').getBoundingClientRect().bottom").asInt())
				.isBetween(1, size[1]);
			assertThat(ada.text("#life")).isNotEmpty();
		}
	}

	private JavaServer startServer() {
		return JavaServer.start(SampleApplication.class, this.directory, this.port, List.of(), this.arguments)
			.awaitReady("/api/rivet/health");
	}

	private Page open() {
		Page page = this.chromium.open(this.server.uri("/"));
		eventually(() -> assertThat(page.isEnabled("#menu button")).isTrue());
		return page;
	}

	/**
	 * Orders a dish and returns when that is acknowledged.
	 */
	private static void order(Requests requests, String dish) {
		requests.send("POST", requests.create("kitchen", "main") + "/queue/orders",
				json.writeValueAsString(Map.of("body", new Kitchen.Order(dish))));
	}

	private static JsonNode call(Requests requests, String action, Object... args) {
		String answer = requests.send("POST", requests.create("kitchen", "main") + "/action/" + action,
				json.writeValueAsString(Map.of("args", args)));
		return json.readTree(answer).path("output");
	}

	private static void eventually(Runnable assertion) {
		await().atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(50))
			.untilAsserted(assertion::run);
	}

}
