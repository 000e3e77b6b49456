package dev.rivet.benchmark;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.rivet.process.JavaServer;

/**
 * Calls actors at a steady pace while something else is measured, whether or not the
 * calls before are answered. The latency of a call counts from when it was to be sent.
 */
final class SteadyCalls {

	private static final int A_SECOND = 400;

	private static final long PAUSE = TimeUnit.SECONDS.toNanos(1) / A_SECOND;

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Latencies latencies = new Latencies();

	private final long begin = System.nanoTime();

	private final JavaServer server;

	private final CompletableFuture<Void> calls;

	private volatile boolean stopped;

	private SteadyCalls(JavaServer server, List<String> gateways) {
		this.server = server;
		this.calls = CompletableFuture.runAsync(() -> call(gateways),
				(calls) -> new Thread(calls, "steady-calls").start());
	}

	/**
	 * Begins to call.
	 * @param server the server
	 * @param gateways the gateways of the actors to call
	 * @return the calls
	 */
	static SteadyCalls start(JavaServer server, List<String> gateways) {
		return new SteadyCalls(server, gateways);
	}

	private void call(List<String> gateways) {
		List<CompletableFuture<?>> answers = new ArrayList<>();
		for (int i = 0; !this.stopped; i++) {
			long due = this.begin + i * PAUSE;
			while (System.nanoTime() < due) {
				LockSupport.parkNanos(due - System.nanoTime());
			}
			answers.add(call(gateways.get(i % gateways.size()), due));
		}
		CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
	}

	private CompletableFuture<?> call(String gateway, long due) {
		HttpRequest request = HttpRequest.newBuilder(this.server.uri(gateway + "/action/increment"))
			.header("Content-Type", "application/json")
			.header("x-rivet-encoding", "json")
			.POST(BodyPublishers.ofString("{\"args\":[1]}"))
			.build();
		return this.http.sendAsync(request, BodyHandlers.discarding()).thenAccept((response) -> {
			if (response.statusCode() != 200) {
				throw new IllegalStateException("A call was answered with status " + response.statusCode());
			}
			synchronized (this.latencies) {
				this.latencies.add(System.nanoTime() - due);
			}
		});
	}

	/**
	 * Ends the calls.
	 * @return how they went
	 */
	Sample stop() {
		this.stopped = true;
		this.calls.join();
		return Sample.parse(this.latencies.toJson(System.nanoTime() - this.begin), this.server.processorTime());
	}

}
