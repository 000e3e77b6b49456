package dev.rivet.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.rivet.process.Chromium;
import dev.rivet.process.JavaServer;
import dev.rivet.process.Page;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Looks at the page at {@code /} through the eyes of two people with a browser each.
 */
@EnabledIf(value = "dev.rivet.process.Chromium#isWanted", disabledReason = "There is no Chromium")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatPageTests {

	private final int port = JavaServer.freePort();

	private Path directory;

	private List<String> locations;

	private Chromium chromium;

	private ConfigurableApplicationContext server;

	@BeforeAll
	void start(@TempDir Path directory) throws IOException, InterruptedException {
		this.directory = directory;
		this.locations = build(Files.createDirectory(directory.resolve("pages")));
		this.chromium = Chromium.start(Files.createDirectory(this.directory.resolve("chromium")));
		this.server = startServer();
	}

	@AfterAll
	void stop() {
		if (this.chromium != null) {
			this.chromium.close();
		}
		if (this.server != null) {
			this.server.close();
		}
	}

	/**
	 * Builds the page.
	 * @param directory an empty directory
	 * @return where the server finds its pages
	 */
	List<String> build(Path directory) throws IOException, InterruptedException {
		return List.of("classpath:/static/");
	}

	/**
	 * Returns the path of the page.
	 */
	String path() {
		return "/";
	}

	private ConfigurableApplicationContext startServer() {
		return SpringApplication.run(SampleApplication.class, "--server.address=127.0.0.1",
				"--server.port=" + this.port, "--spring.main.banner-mode=off",
				"--spring.web.resources.static-locations=" + String.join(",", this.locations),
				"--spring.datasource.url=jdbc:sqlite:" + this.directory.resolve("chat.db")
						+ "?journal_mode=WAL&synchronous=FULL&transaction_mode=IMMEDIATE&busy_timeout=5000");
	}

	@Test
	void aMessageIsSeenOnBothPages() {
		Page ada = enter("Ada", "message");
		Page grace = enter("Grace", "message");
		say(ada, "Hello <b>Grace</b> 👋");
		for (Page page : List.of(ada, grace)) {
			eventually(() -> assertThat(page.text("#messages li:last-child .what")).isEqualTo("Hello <b>Grace</b> 👋"));
			assertThat(page.text("#messages li:last-child .who")).startsWith("Ada");
		}
		say(grace, "Hello Ada");
		eventually(() -> assertThat(ada.text("#messages")).contains("Hello Ada"));
		assertThat(enter("Linus", "message").text("#messages")).contains("Grace</b> 👋", "Hello Ada");
		assertThat(enter("Linus", "elsewhere").text("#messages")).doesNotContain("Hello");
		assertThat(this.chromium.exceptions()).isEmpty();
	}

	@Test
	void everybodySeesWhoIsHereAndWhoTypes() {
		Page ada = enter("Ada", "presence");
		eventually(() -> assertThat(ada.text("#presence")).isEqualTo("1 here"));
		Page grace = enter("Grace", "presence");
		for (Page page : List.of(ada, grace)) {
			eventually(() -> assertThat(page.text("#members")).contains("Ada", "Grace"));
			assertThat(page.text("#presence")).isEqualTo("2 here");
		}
		grace.type("#text", "Dear");
		eventually(() -> assertThat(ada.text("#typing")).isEqualTo("Grace is typing"));
		assertThat(grace.text("#typing")).isEmpty();
		grace.pressEnter();
		eventually(() -> assertThat(ada.text("#typing")).isEmpty());
		grace.type("#text", "Do not");
		eventually(() -> assertThat(ada.text("#typing")).isEqualTo("Grace is typing"));
		grace.close();
		eventually(() -> assertThat(ada.text("#members")).doesNotContain("Grace"));
		eventually(() -> assertThat(ada.text("#typing")).isEmpty());
	}

	@Test
	void theCounterCountsOnBothPages() {
		Page ada = enter("Ada", "counter");
		Page grace = enter("Grace", "counter");
		long before = count(ada);
		ada.click("#increment");
		grace.click("#increment");
		for (Page page : List.of(ada, grace)) {
			eventually(() -> assertThat(count(page)).isEqualTo(before + 2));
		}
	}

	@Test
	void aRefusedMessageIsExplainedAndNotLost() {
		Page ada = enter("Ada", "refusal");
		ada.evaluate("document.querySelector('#text').removeAttribute('maxlength')");
		ada.type("#text", "x".repeat(ChatRoom.MAX_TEXT_LENGTH + 1));
		ada.pressEnter();
		eventually(() -> assertThat(ada.text("#problem")).isEqualTo("The text is too long"));
		assertThat(ada.evaluate("document.querySelector('#text').value.length").asInt()).isEqualTo(501);
		assertThat(ada.text("#messages")).isEmpty();
	}

	@Test
	void thePagesRecoverFromARestart() throws IOException {
		Page ada = enter("Ada", "restart");
		Page grace = enter("Grace", "restart");
		say(ada, "Before");
		eventually(() -> assertThat(grace.text("#messages")).contains("Before"));
		long count = count(ada);
		this.server.close();
		for (Page page : List.of(ada, grace)) {
			eventually(() -> assertThat(page.isEnabled("#send")).isFalse());
			eventually(() -> assertThat(page.isEnabled("#increment")).isFalse());
			assertThat(page.text("#status")).isEqualTo("Connecting");
		}
		hangUp(4);
		this.server = startServer();
		for (Page page : List.of(ada, grace)) {
			eventually(() -> assertThat(page.text("#status")).isEqualTo("Live"));
			eventually(() -> assertThat(page.text("#members")).contains("Ada", "Grace"));
			eventually(() -> assertThat(page.isEnabled("#increment")).isTrue());
			assertThat(page.text("#messages .what")).isEqualTo("Before");
			assertThat(count(page)).isEqualTo(count);
		}
		say(grace, "After");
		for (Page page : List.of(ada, grace)) {
			eventually(() -> assertThat(page.text("#messages")).contains("Before", "After"));
			assertThat(page.evaluate("document.querySelectorAll('#messages li').length").asInt()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@CsvSource({ "1280, 800, light", "1280, 800, dark", "390, 780, light", "390, 780, dark", "320, 560, light" })
	void nothingIsCutOff(int width, int height, String colorScheme) throws IOException {
		Page ada = enter("Ada", "lobby");
		ada.resize(width, height, colorScheme);
		eventually(() -> assertThat(ada.evaluate("innerWidth").asInt()).isEqualTo(width));
		assertThat(ada.evaluate("document.documentElement.scrollWidth").asInt()).isEqualTo(width);
		assertThat(ada.evaluate("document.querySelector('#composer button').getBoundingClientRect().bottom").asInt())
			.isLessThanOrEqualTo(height);
	}

	/**
	 * Stands in for a server that starts, at which clients give up.
	 */
	private void hangUp(int times) throws IOException {
		try (ServerSocket socket = new ServerSocket(this.port, 0, InetAddress.getByName("127.0.0.1"))) {
			socket.setSoTimeout(20_000);
			for (int i = 0; i < times; i++) {
				socket.accept().close();
			}
		}
	}

	private Page enter(String name, String room) {
		Page page = this.chromium.open(URI.create("http://127.0.0.1:" + this.port + path() + "#" + room));
		eventually(() -> assertThat(page.evaluate("document.querySelector('#welcome')?.open").asBoolean()).isTrue());
		page.type("#name", name);
		page.pressEnter();
		eventually(() -> assertThat(page.text("#status")).isEqualTo("Live"));
		eventually(() -> assertThat(page.text("#members")).contains(name));
		eventually(() -> assertThat(page.isEnabled("#increment")).isTrue());
		return page;
	}

	private static void say(Page page, String text) {
		page.type("#text", text);
		page.pressEnter();
	}

	private static long count(Page page) {
		return Long.parseLong(page.text("#count").replaceAll("\\D", ""));
	}

	private static void eventually(Runnable assertion) {
		await().atMost(Duration.ofSeconds(20))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(50))
			.untilAsserted(assertion::run);
	}

}
