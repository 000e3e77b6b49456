package dev.rivet.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.rivet.process.JavaServer;
import dev.rivet.process.Requests;

/**
 * Calls actors at a steady pace while something else is measured. The latency of a call
 * counts from when its turn was, so that it shows what delays the calls before it.
 */
final class SteadyCalls {

	private static final int CLIENTS = 4;

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

	private final Latencies latencies = new Latencies();

	private final List<CompletableFuture<Void>> clients = new ArrayList<>();

	private final JavaServer server;

	private final long begin = System.nanoTime();

	private volatile boolean stopped;

	private SteadyCalls(JavaServer server) {
		this.server = server;
	}

	/**
	 * Begins to call.
	 * @param server the server
	 * @param gateways the gateways of the actors to call
	 * @return the calls
	 */
	static SteadyCalls start(JavaServer server, List<String> gateways) {
		SteadyCalls calls = new SteadyCalls(server);
		for (int i = 0; i < CLIENTS; i++) {
			int number = i;
			calls.clients.add(CompletableFuture.runAsync(() -> calls.call(gateways, number),
					(client) -> new Thread(client, "steady-calls").start()));
		}
		return calls;
	}

	private void call(List<String> gateways, int number) {
		Requests requests = new Requests(this.server);
		long due = System.nanoTime() + number * PAUSE / CLIENTS;
		for (int i = number; !this.stopped; i++) {
			while (System.nanoTime() < due) {
				LockSupport.parkNanos(due - System.nanoTime());
			}
			requests.send("POST", gateways.get(i % gateways.size()) + "/action/increment", "{\"args\":[1]}");
			long took = System.nanoTime() - due;
			synchronized (this.latencies) {
				this.latencies.add(took);
			}
			due += PAUSE;
		}
	}

	/**
	 * Ends the calls.
	 * @return how they went
	 */
	Sample stop() {
		this.stopped = true;
		this.clients.forEach(CompletableFuture::join);
		return Sample.parse(this.latencies.toJson(System.nanoTime() - this.begin), this.server.processorTime());
	}

}
