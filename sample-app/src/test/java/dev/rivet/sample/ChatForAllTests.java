package dev.rivet.sample;

import java.io.IOException;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.rivet.client.ActorConnection;
import dev.rivet.client.ActorOptions;
import dev.rivet.client.RivetClient;
import dev.rivet.process.Chromium;
import dev.rivet.process.Page;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.messaging.simp.stomp.StompFrameHandler;
import org.springframework.messaging.simp.stomp.StompHeaders;
import org.springframework.messaging.simp.stomp.StompSession;
import org.springframework.messaging.simp.stomp.StompSessionHandlerAdapter;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.client.standard.StandardWebSocketClient;
import org.springframework.web.socket.messaging.WebSocketStompClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One chat of two browsers, a STOMP client and a Java bean.
 */
@EnabledIf(value = "dev.rivet.process.Chromium#isWanted", disabledReason = "There is no Chromium")
@Timeout(120)
class ChatForAllTests {

	@TempDir
	private Path directory;

	@Test
	void everybodyHearsEverybody() throws Exception {
		try (ConfigurableApplicationContext server = startServer();
				Chromium chromium = Chromium.start(Files.createDirectory(this.directory.resolve("chromium")));
				ActorConnection bean = enter(server.getBean(RivetClient.class))) {
			int port = Integer.parseInt(server.getEnvironment().getRequiredProperty("local.server.port"));
			Page ada = enter(chromium, port, "Ada");
			Page grace = enter(chromium, port, "Grace");
			List<String> atStomp = new CopyOnWriteArrayList<>();
			List<String> atBean = new CopyOnWriteArrayList<>();
			bean.on("message", ChatRoom.Message.class, (message) -> atBean.add(message.text()));
			StompSession stomp = enterOverStomp(port, atStomp);
			say(ada, "I am in a browser");
			say(grace, "So am I");
			eventually(() -> assertThat(atStomp).hasSize(2));
			stomp.send("/actor/chatRoom/all/action/sendMessage", "[\"STOMP here\"]".getBytes(StandardCharsets.UTF_8));
			eventually(() -> assertThat(atBean).hasSize(3));
			bean.call(ChatRoom.Message.class, "sendMessage", "And a bean");
			String[] all = { "I am in a browser", "So am I", "STOMP here", "And a bean" };
			eventually(() -> assertThat(atBean).containsExactly(all));
			eventually(() -> assertThat(String.join("\n", atStomp)).contains(all));
			for (Page page : List.of(ada, grace)) {
				eventually(() -> assertThat(page.text("#messages")).contains(all));
				assertThat(page.text("#members")).contains("Ada", "Grace", "Linus", "Margaret");
			}
			stomp.disconnect();
		}
	}

	private ConfigurableApplicationContext startServer() {
		return SpringApplication.run(SampleApplication.class, "--server.port=0", "--spring.main.banner-mode=off",
				"--spring.datasource.url=jdbc:sqlite:" + this.directory.resolve("chat.db")
						+ "?journal_mode=WAL&synchronous=FULL&transaction_mode=IMMEDIATE&busy_timeout=5000");
	}

	private static ActorConnection enter(RivetClient client) {
		return client.getOrCreate("chatRoom", List.of("all"), ActorOptions.parameters(new ChatRoom.Visitor("Margaret")))
			.connect();
	}

	private static Page enter(Chromium chromium, int port, String name) throws IOException {
		Page page = chromium.open(URI.create("http://127.0.0.1:" + port + "/#all"));
		eventually(() -> assertThat(page.evaluate("document.querySelector('#welcome')?.open").asBoolean()).isTrue());
		page.type("#name", name);
		page.pressEnter();
		eventually(() -> assertThat(page.text("#members")).contains(name));
		return page;
	}

	private static StompSession enterOverStomp(int port, List<String> heard) throws Exception {
		StompHeaders connect = new StompHeaders();
		connect.set("params", "{\"name\":\"Linus\"}");
		WebSocketStompClient client = new WebSocketStompClient(new StandardWebSocketClient());
		client.setTaskScheduler(new SimpleAsyncTaskScheduler());
		StompSession session = client.connectAsync(URI.create("ws://127.0.0.1:" + port + "/api/rivet/stomp"),
				new WebSocketHttpHeaders(), connect, new StompSessionHandlerAdapter() {
				})
			.get(10, TimeUnit.SECONDS);
		session.setAutoReceipt(true);
		CountDownLatch subscribed = new CountDownLatch(1);
		StompSession.Subscription subscription = session.subscribe("/actor/chatRoom/all/event/message",
				new StompFrameHandler() {

					@Override
					public Type getPayloadType(StompHeaders headers) {
						return byte[].class;
					}

					@Override
					public void handleFrame(StompHeaders headers, @Nullable Object payload) {
						heard.add(new String((byte[]) payload, StandardCharsets.UTF_8));
					}

				});
		subscription.addReceiptTask(subscribed::countDown);
		assertThat(subscribed.await(10, TimeUnit.SECONDS)).isTrue();
		return session;
	}

	private static void say(Page page, String text) {
		page.type("#text", text);
		page.pressEnter();
		eventually(() -> assertThat(page.text("#messages")).contains(text));
	}

	private static void eventually(Runnable assertion) {
		await().atMost(Duration.ofSeconds(20)).untilAsserted(assertion::run);
	}

}
