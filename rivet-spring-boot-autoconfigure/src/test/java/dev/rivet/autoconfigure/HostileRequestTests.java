package dev.rivet.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.State;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Whatever is sent to a server, it answers with what was wrong or what became of it,
 * shows nothing of its inside, and serves the next one. More requests are tried with
 * {@code -DargLine="-Dhostile.requests=1000000 -Dhostile.seed=2"}.
 */
class HostileRequestTests {

	private static final int REQUESTS = Integer.getInteger("hostile.requests", 5_000);

	private static final long SEED = Long.getLong("hostile.seed", 1);

	private static final int PATIENCE = 20_000;

	/**
	 * Other paths are Spring's own, which takes some broken bodies for faults of the
	 * server.
	 */
	private static final Pattern OURS = Pattern.compile("\\S+ /api/rivet[/? ]");

	private static final Pattern STATUS = Pattern.compile("^HTTP/1\\.1 (\\d{3})", Pattern.MULTILINE);

	/**
	 * What Tomcat answers to transfer encodings and versions of HTTP that it does not
	 * know.
	 */
	private static final Set<String> REFUSED_BY_TOMCAT = Set.of("501", "505");

	private static final Pattern RETRYABLE = Pattern.compile("\"code\":\"(restarting|overloaded)\"");

	private static final Pattern INSIDE = Pattern
		.compile("\\tat [a-z]|Exception|dev\\.rivet\\.|org\\.(apache|springframework)\\.|tools\\.jackson|java\\.lang");

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(WebApplicationType.SERVLET, List
			.of("spring.datasource.url=jdbc:h2:mem:hostile;DB_CLOSE_DELAY=-1", RunningApplication.WITHOUT_SECURITY),
				Target.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void nothingThatIsSentBreaksTheServer() throws IOException {
		String id = application.actor("target", "hostile").resolve();
		HostileRequests requests = new HostileRequests(SEED, id);
		for (byte[] seed : requests.seeds()) {
			check("Seed", seed);
		}
		for (int i = 0; i < REQUESTS; i++) {
			check("Number " + i, requests.get(i));
		}
		assertThat(send("GET /api/rivet/health HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
			.startsWith("HTTP/1.1 200");
		assertThat(application.actor("target", "hostile").call(String.class, "echo", "well")).isEqualTo("well");
	}

	private static void check(String name, byte[] request) {
		String answer;
		try {
			answer = send(request);
		}
		catch (IOException ex) {
			fail("%s: no answer to%n%s", name, text(request), ex);
			return;
		}
		if (OURS.matcher(text(request)).lookingAt()) {
			assertThat(STATUS.matcher(answer).results().map((status) -> status.group(1)))
				.as("%s%n%s%nwas answered with%n%s", name, text(request), answer)
				.allMatch((status) -> status.compareTo("500") < 0 || REFUSED_BY_TOMCAT.contains(status)
						|| (status.equals("503") && RETRYABLE.matcher(answer).find()));
		}
		assertThat(INSIDE.matcher(answer).find() && !INSIDE.matcher(text(request)).find())
			.as("%s%n%s%nwas shown the inside%n%s", name, text(request), answer)
			.isFalse();
	}

	/**
	 * Sends bytes, and nothing more, so that the server waits for none.
	 * @return everything that came back
	 */
	private static String send(byte[] request) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
			socket.setSoTimeout(PATIENCE);
			try {
				socket.getOutputStream().write(request);
				socket.shutdownOutput();
				return text(socket.getInputStream().readAllBytes());
			}
			catch (SocketException ex) {
				// refused before all of it was sent
				return "";
			}
		}
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.ISO_8859_1);
	}

	@Actor("target")
	static class Target {

		@State
		private long count;

		@Action
		@Nullable Object echo(@Nullable Object value) {
			return value;
		}

		@Action
		String typed(int number, List<String> list, Point point, Map<String, long[]> map, @Nullable String text,
				@Nullable Size size) {
			this.count += number;
			return list + " " + point + map.keySet() + text + size;
		}

		@Action
		long count() {
			this.count++;
			return this.count;
		}

	}

	record Point(double x, @Nullable Instant at) {
	}

	enum Size {

		SMALL, LARGE

	}

}
