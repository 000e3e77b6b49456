package dev.rivet.client;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.rivet.conformance.ConformanceApplication;
import dev.rivet.conformance.RivetKitServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A server that goes and comes back under its clients.
 */
class RestartTests {

	@TempDir
	private Path directory;

	@Test
	@Timeout(60)
	void connectionsComeBackWithTheirServer() {
		Map<Way, RivetClient> clients = new EnumMap<>(Way.class);
		Map<Way, ActorConnection> rooms = new EnumMap<>(Way.class);
		Map<Way, List<Integer>> heard = new EnumMap<>(Way.class);
		int port = RivetKitServer.freePort();
		CompletableFuture<Void> cutOff;
		ActorConnection local;
		try (ConfigurableApplicationContext server = start(port)) {
			for (Way way : List.of(Way.JSON, Way.CBOR, Way.BARE)) {
				RivetClient client = way.to(server);
				clients.put(way, client);
				ActorConnection room = client.getOrCreate("room", way.name()).connect();
				rooms.put(way, room);
				List<Integer> counted = new CopyOnWriteArrayList<>();
				heard.put(way, counted);
				room.on("counted", Integer.class, counted::add);
				room.call(Integer.class, "count", 1);
			}
			cutOff = clients.get(Way.BARE).getOrCreate("slow", "a").connect().callAsync(Void.class, "neverDone");
			local = Way.IN_PROCESS.to(server).getOrCreate("room", "local").connect();
			local.call(Integer.class, "count", 1);
		}
		assertThat(cutOff).failsWithin(10, TimeUnit.SECONDS);
		await().untilAsserted(() -> assertThat(local.status()).isEqualTo(ConnectionStatus.IDLE));
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> rooms.get(Way.JSON).call(Integer.class, "count", 1))
			.satisfies((ex) -> assertThat(ex.is("client", "connection_lost")).isTrue());
		try (ConfigurableApplicationContext server = start(port)) {
			rooms.forEach((way, room) -> {
				await().atMost(20, TimeUnit.SECONDS).until(() -> room.status() == ConnectionStatus.CONNECTED);
				assertThat(room.call(Integer.class, "count", 2)).isEqualTo(2);
				await().untilAsserted(() -> assertThat(heard.get(way)).containsExactly(1, 1, 2));
			});
			clients.values().forEach(RivetClient::close);
		}
	}

	private ConfigurableApplicationContext start(int port) {
		return new SpringApplicationBuilder(ConformanceApplication.class)
			.properties("server.port=" + port, "spring.main.banner-mode=off", "rivet.shutdown-timeout=500ms",
					"spring.datasource.url=jdbc:sqlite:" + this.directory.resolve("restart.db")
							+ "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000")
			.run();
	}

}
