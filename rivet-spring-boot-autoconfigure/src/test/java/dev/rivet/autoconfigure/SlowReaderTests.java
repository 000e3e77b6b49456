package dev.rivet.autoconfigure;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.State;
import dev.rivet.client.ActorHandle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for clients over HTTP that send one call after the other and read no answer.
 */
@Timeout(60)
class SlowReaderTests {

	private static final int CLIENTS = 4;

	private static final int CALLS = 5000;

	private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

	/**
	 * Shorter than web servers wait for a client.
	 */
	private static final long PATIENCE_SECONDS = 20;

	private static final AtomicInteger longTalks = new AtomicInteger();

	private final List<Socket> sockets = new ArrayList<>();

	private RunningApplication application;

	@BeforeEach
	void start(@TempDir Path directory) {
		this.application = RunningApplication
			.start(WebApplicationType.SERVLET,
					List.of("spring.datasource.url=" + RunningApplication.sqlite(directory),
							RunningApplication.WITHOUT_SECURITY, "server.tomcat.max-keep-alive-requests=-1"),
					Talker.class);
	}

	@AfterEach
	void stop() throws IOException {
		for (Socket socket : this.sockets) {
			socket.close();
		}
		this.application.close();
	}

	@Test
	void theyHoldUpNobody() throws IOException {
		for (int i = 0; i < CLIENTS; i++) {
			callWithoutReading("slow-" + i);
		}
		List<ActorHandle> others = IntStream.range(0, 16)
			.mapToObj((i) -> this.application.actor("talker", "other-" + i))
			.toList();
		int before = -1;
		long unchangedSince = System.nanoTime();
		// until the web server waits for all of them
		while (System.nanoTime() - unchangedSince < STUCK_NANOS) {
			CompletableFuture
				.allOf(others.stream()
					.map((other) -> other.callAsync(String.class, "talk", 1))
					.toArray(CompletableFuture[]::new))
				.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
				.join();
			int now = longTalks.get();
			unchangedSince = (now == before) ? unchangedSince : System.nanoTime();
			before = now;
		}
		assertThat(before).isBetween(1, CLIENTS * CALLS - 1);
	}

	private void callWithoutReading(String key) throws IOException {
		Socket socket = new Socket();
		this.sockets.add(socket);
		socket.setReceiveBufferSize(4096);
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.application.port()));
		String body = "{\"args\":[10000]}";
		byte[] call = ("POST /api/rivet/gateway/%s/action/talk HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
			.formatted(this.application.actor("talker", key).resolve(), body.length(), body))
			.getBytes(StandardCharsets.US_ASCII);
		OutputStream out = socket.getOutputStream();
		Thread client = new Thread(() -> {
			try {
				for (int i = 0; i < CALLS; i++) {
					out.write(call);
				}
			}
			catch (IOException ex) {
				// the test has ended
			}
		});
		client.setDaemon(true);
		client.start();
	}

	@Actor("talker")
	static class Talker {

		@State
		private int talks;

		@Action
		String talk(int length) {
			this.talks++;
			if (length > 1) {
				longTalks.incrementAndGet();
			}
			return "x".repeat(length);
		}

	}

}
