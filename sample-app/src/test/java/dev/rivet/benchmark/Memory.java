package dev.rivet.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import dev.rivet.process.JavaServer;

import static org.awaitility.Awaitility.await;

/**
 * How much heap an actor needs.
 *
 * @param idle the bytes of a live counter that nobody calls
 * @param sleeping the bytes of a sleeping one
 */
record Memory(double idle, double sleeping) {

	private static final int WARM_UP = 2_000;

	/**
	 * Measures on a server that has no actors yet.
	 * @param server the server
	 * @param actors how many to create
	 * @return what was found
	 */
	static Memory measure(JavaServer server, int actors) {
		putToSleep(server, counters(server, "warm-up-", WARM_UP));
		long empty = awaitActors(server, 0).bytes();
		List<String> counters = counters(server, "idle-", actors);
		long idle = awaitActors(server, actors).bytes();
		putToSleep(server, counters);
		long sleeping = awaitActors(server, 0).bytes();
		return new Memory((idle - empty) / (double) actors, (sleeping - empty) / (double) actors);
	}

	private static List<String> counters(JavaServer server, String prefix, int count) {
		List<String> gateways = Collections.synchronizedList(new ArrayList<>());
		new Requests(server).inParallel(IntStream.range(0, count).mapToObj((i) -> prefix + i).toList(),
				(requests, key) -> {
					String gateway = requests.create(key);
					requests.send("POST", gateway + "/action/increment", "{\"args\":[1]}");
					gateways.add(gateway);
				});
		return List.copyOf(gateways);
	}

	private static void putToSleep(JavaServer server, List<String> gateways) {
		new Requests(server).inParallel(gateways, (requests, gateway) -> requests.send("POST",
				gateway.replace("/gateway/", "/actors/") + "/sleep?namespace=default", "{}"));
	}

	private static LiveObjects awaitActors(JavaServer server, int actors) {
		return await().atMost(Duration.ofMinutes(1))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(500))
			.until(() -> LiveObjects.of(server), (objects) -> objects.actors() == actors);
	}

}
