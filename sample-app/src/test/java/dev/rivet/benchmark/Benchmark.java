package dev.rivet.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.rivet.benchmark.Results.Cell;
import dev.rivet.benchmark.Settings.Part;
import dev.rivet.process.JavaServer;
import dev.rivet.process.TestDatabase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Measures durable actors beside a constant answer and a hand-written counter. All
 * servers of a database are started first; then they take turns, in another order each
 * round, so that whatever else the machine does meets all of them. The first rounds warm
 * them up and do not count.
 */
final class Benchmark {

	private static final Log logger = LogFactory.getLog(Benchmark.class);

	private static final int MANY = 1000;

	private final Settings settings;

	private final Path work;

	private final Wrk wrk;

	private final Results results = new Results();

	private final SocketBenchmark sockets;

	private final LifeBenchmark life;

	private final StartupBenchmark startup;

	private final SleepersBenchmark sleepers;

	private Benchmark(Settings settings, Path work) {
		this.settings = settings;
		this.work = work;
		this.sockets = new SocketBenchmark(settings, work);
		this.wrk = new Wrk(work);
		this.life = new LifeBenchmark(settings, work, this.wrk);
		this.startup = new StartupBenchmark(settings, work);
		this.sleepers = new SleepersBenchmark(settings, work);
	}

	public static void main(String[] args) throws IOException {
		Locale.setDefault(Locale.ROOT);
		Settings settings = Settings.fromSystemProperties();
		if (!Collections.disjoint(settings.parts(), List.of(Part.HTTP, Part.LIFE)) && !Wrk.isInstalled()) {
			throw new IllegalStateException(
					"The benchmark needs the load generator wrk: 'apt-get install wrk' on Debian");
		}
		Files.createDirectories(settings.directory());
		new Benchmark(settings, Files.createTempDirectory(settings.directory(), "run-")).run();
		// not all that embedded databases leave behind are daemons
		System.exit(0);
	}

	private void run() throws IOException {
		for (TestDatabase database : this.settings.databases()) {
			if (this.settings.parts().contains(Part.HTTP)) {
				requests(database);
			}
			if (this.settings.parts().contains(Part.REALTIME)) {
				this.sockets.run(database);
			}
			if (this.settings.parts().contains(Part.LIFE)) {
				this.life.run(database);
			}
			if (this.settings.parts().contains(Part.STARTUP) && database == TestDatabase.SQLITE) {
				this.startup.run();
			}
			if (this.settings.parts().contains(Part.SLEEPERS)) {
				this.sleepers.run(database);
			}
			Files.writeString(this.settings.directory().resolve("results.md"), toMarkdown());
		}
		logger.info("\n\n" + toMarkdown());
	}

	private String toMarkdown() {
		String requests = this.results.isEmpty() ? "" : this.results.toMarkdown() + "\n";
		return requests + (this.sockets.results().isEmpty() ? "" : this.sockets.results().toMarkdown() + "\n")
				+ (this.life.isEmpty() ? "" : this.life.toMarkdown() + "\n")
				+ (this.startup.isEmpty() ? "" : this.startup.toMarkdown() + "\n")
				+ (this.sleepers.isEmpty() ? "" : this.sleepers.toMarkdown());
	}

	private void requests(TestDatabase database) {
		increments(database);
		if (database == TestDatabase.SQLITE) {
			creates(database);
			memory(database);
		}
	}

	private void increments(TestDatabase database) {
		Map<Target, JavaServer> servers = new EnumMap<>(Target.class);
		try {
			Map<Target, List<String>> one = new EnumMap<>(Target.class);
			Map<Target, List<String>> many = new EnumMap<>(Target.class);
			for (Target target : Target.values()) {
				JavaServer server = target.start(database, this.work);
				servers.put(target, server);
				one.put(target, target.paths(server, 1));
				many.put(target, target.paths(server, MANY));
			}
			// one first: H2 takes 45 seconds to be done with what 32 have overwritten
			for (int connections : new int[] { 1, 32 }) {
				List<Target> order = new ArrayList<>(servers.keySet());
				int warmUps = this.settings.warmUp() / (2 * this.settings.seconds());
				for (int round = -warmUps; round <= this.settings.rounds(); round++) {
					boolean counts = round > 0;
					order.forEach((target) -> increment(database, 1, connections, target, servers, one, counts));
					order.forEach((target) -> increment(database, MANY, connections, target, servers, many, counts));
					// whoever comes first may be faster
					Collections.rotate(order, 1);
				}
			}
		}
		finally {
			servers.values().forEach(JavaServer::close);
		}
	}

	private void increment(TestDatabase database, int actors, int connections, Target target,
			Map<Target, JavaServer> servers, Map<Target, List<String>> paths, boolean counts) {
		Sample sample = this.wrk.increment(servers.get(target), paths.get(target), connections,
				this.settings.seconds());
		if (counts) {
			add(new Cell(database, actors, connections, target.toString()), sample);
		}
	}

	private void creates(TestDatabase database) {
		try (JavaServer server = Target.ACTOR.start(database, this.work)) {
			this.wrk.create(server, 16, this.settings.warmUp());
			// or they would fall asleep while others are created
			Memory.awaitActors(server, 0);
			for (int round = 1; round <= this.settings.rounds(); round++) {
				add(Cell.creates(database), this.wrk.create(server, 16, this.settings.seconds()));
			}
		}
	}

	private void memory(TestDatabase database) {
		try (JavaServer server = Target.ACTOR.start(database, this.work)) {
			Memory memory = Memory.measure(server, this.settings.memoryActors());
			logger.info(memory);
			this.results.memory(memory);
		}
	}

	private void add(Cell cell, Sample sample) {
		logger.info("%s: %s".formatted(cell, sample));
		this.results.add(cell, sample);
	}

}
