package dev.rivet.benchmark;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import dev.rivet.benchmark.SocketResults.Cell;
import dev.rivet.process.JavaServer;
import dev.rivet.process.TestDatabase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Measures actions and events over WebSockets, beside an application that sends back what
 * it gets. The servers take turns as in the rest of the {@link Benchmark}.
 */
final class SocketBenchmark {

	private static final Log logger = LogFactory.getLog(SocketBenchmark.class);

	private final SocketResults results = new SocketResults();

	private final Settings settings;

	private final Path work;

	SocketBenchmark(Settings settings, Path work) {
		this.settings = settings;
		this.work = work;
	}

	SocketResults results() {
		return this.results;
	}

	void run(TestDatabase database) {
		messages(database);
		if (database == TestDatabase.SQLITE) {
			memory(database);
		}
	}

	private void messages(TestDatabase database) {
		Map<SocketTarget, JavaServer> servers = new EnumMap<>(SocketTarget.class);
		Map<SocketTarget, String> paths = new EnumMap<>(SocketTarget.class);
		List<SocketTarget> targets = SocketTarget.of(database);
		try (SocketLoad load = new SocketLoad()) {
			for (SocketTarget target : targets) {
				JavaServer server = target.start(database, this.work);
				servers.put(target, server);
				String path = target.path(server);
				paths.put(target, path);
				load.calls(server, path, 64, this.settings.warmUp());
				for (SocketWorkload workload : SocketWorkload.values()) {
					workload.measure(load, server, path, this.settings);
				}
			}
			for (int round = 1; round <= this.settings.rounds(); round++) {
				for (SocketWorkload workload : SocketWorkload.values()) {
					for (SocketTarget target : targets) {
						add(new Cell(database, target, workload),
								workload.measure(load, servers.get(target), paths.get(target), this.settings));
					}
				}
			}
		}
		finally {
			servers.values().forEach(JavaServer::close);
		}
	}

	private void memory(TestDatabase database) {
		SocketTarget target = SocketTarget.DURABLE;
		try (JavaServer server = target.start(database, this.work)) {
			double bytes = Memory.ofConnection(server, target.path(server), this.settings.memoryConnections());
			logger.info("An idle connection has %,.0f bytes".formatted(bytes));
			this.results.connection(bytes);
		}
	}

	private void add(Cell cell, Sample sample) {
		logger.info("%s: %s".formatted(cell, sample));
		this.results.add(cell, sample);
	}

}
