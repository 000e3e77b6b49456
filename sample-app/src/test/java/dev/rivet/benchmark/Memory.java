package dev.rivet.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import dev.rivet.process.ClientSocket;
import dev.rivet.process.JavaServer;
import dev.rivet.process.LiveObjects;
import dev.rivet.process.Requests;
import org.awaitility.Awaitility;

/**
 * How much heap an actor needs.
 *
 * @param idle the bytes of a live counter that nobody calls
 * @param sleeping the bytes of a sleeping one
 */
record Memory(double idle, double sleeping) {

	private static final int WARM_UP = 2_000;

	private static final String ACTOR = "dev.rivet.runtime.Activation";

	private static final String CONNECTION = "dev.rivet.runtime.LiveConnection";

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
		// compared with as many that sleep already, so that what pools keep does not
		// count
		putToSleep(server, counters(server, "sleeping-", actors));
		long more = awaitActors(server, 0).bytes();
		return new Memory((idle - empty) / (double) actors, (more - sleeping) / (double) actors);
	}

	private static List<String> counters(JavaServer server, String prefix, int count) {
		List<String> gateways = Collections.synchronizedList(new ArrayList<>());
		new Requests(server).inParallel(IntStream.range(0, count).mapToObj((i) -> prefix + i).toList(),
				(requests, key) -> {
					String gateway = requests.create("counter", key);
					requests.send("POST", gateway + "/action/increment", "{\"args\":[1]}");
					gateways.add(gateway);
				});
		return List.copyOf(gateways);
	}

	static void putToSleep(JavaServer server, List<String> gateways) {
		new Requests(server).inParallel(gateways, (requests, gateway) -> requests.send("POST",
				gateway.replace("/gateway/", "/actors/") + "/sleep?namespace=default", "{}"));
	}

	/**
	 * Measures how much heap an open connection needs that has subscribed to an event and
	 * does nothing.
	 * @param server the server
	 * @param path the path of the connections
	 * @param count how many to open
	 * @return the bytes
	 */
	static double ofConnection(JavaServer server, String path, int count) {
		closeAll(connections(server, path, WARM_UP));
		long none = await(server, CONNECTION, 0).bytes();
		List<ClientSocket> open = connections(server, path, count);
		long all = await(server, CONNECTION, count).bytes();
		closeAll(open);
		return (all - none) / (double) count;
	}

	private static List<ClientSocket> connections(JavaServer server, String path, int count) {
		return IntStream.range(0, count).mapToObj((i) -> {
			try {
				ClientSocket socket = ClientSocket.open(server.uri(path));
				socket.subscribe("tick", "increment");
				return socket;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}).toList();
	}

	private static void closeAll(List<ClientSocket> sockets) {
		sockets.forEach((socket) -> {
			try {
				socket.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
	}

	static LiveObjects awaitActors(JavaServer server, int actors) {
		return await(server, ACTOR, actors);
	}

	private static LiveObjects await(JavaServer server, String className, int count) {
		return Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(500))
			.until(() -> LiveObjects.of(server), (objects) -> objects.count(className) == count);
	}

}
