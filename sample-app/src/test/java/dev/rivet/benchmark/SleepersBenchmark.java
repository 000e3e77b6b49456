package dev.rivet.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import dev.rivet.process.JavaServer;
import dev.rivet.process.LiveObjects;
import dev.rivet.process.Requests;
import dev.rivet.process.TestDatabase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Measures whether it matters how many actors sleep in the database: for starting, for
 * the heap and for waking. Servers on a database with few and on one with many take
 * turns. Half of the actors have an alarm, which is far away.
 */
final class SleepersBenchmark {

	private static final Log logger = LogFactory.getLog(SleepersBenchmark.class);

	private static final int FEW = 1_000;

	private final StringBuilder rows = new StringBuilder();

	private final StringBuilder goals = new StringBuilder();

	private final Settings settings;

	private final Path work;

	SleepersBenchmark(Settings settings, Path work) {
		this.settings = settings;
		this.work = work;
	}

	boolean isEmpty() {
		return this.rows.isEmpty();
	}

	String toMarkdown() {
		return "| database | sleeping actors | fastest start to first action s | heap then MiB | p50 of a wake ms |\n"
				+ "|---|---:|---:|---:|---:|\n" + this.rows + Results.GOALS + this.goals;
	}

	void run(TestDatabase database) {
		Sleepers few = new Sleepers(database, FEW);
		Sleepers many = new Sleepers(database, this.settings.sleepingActors());
		for (int round = 0; round < this.settings.rounds(); round++) {
			few.measure();
			many.measure();
		}
		few.addTo(this.rows);
		many.addTo(this.rows);
		goal("start", database, "≤ 0.2 s", many.fastest() - few.fastest(), 0.2, "%.2f s");
		goal("heap", database, "≤ 1 MiB", Sample.middle(many.mebibytes) - Sample.middle(few.mebibytes), 1, "%.2f MiB");
		goal("wake", database, "≤ 0.1 ms", Sample.middle(many.wakes) - Sample.middle(few.wakes), 0.1, "%.3f ms");
	}

	private void goal(String name, TestDatabase database, String goal, double measured, double bound, String format) {
		Results.goal(this.goals, "%s beyond that with %,d".formatted(name, FEW), database, goal, measured, format,
				measured <= bound);
	}

	/**
	 * A database with sleeping actors, and what was found with it.
	 */
	private final class Sleepers {

		private final List<Double> seconds = new ArrayList<>();

		private final List<Double> mebibytes = new ArrayList<>();

		private final List<Double> wakes = new ArrayList<>();

		private final TestDatabase database;

		private final int count;

		private final Path directory;

		private final List<String> arguments;

		private final List<String> some;

		Sleepers(TestDatabase database, int count) {
			this.database = database;
			this.count = count;
			try {
				this.directory = Files.createTempDirectory(SleepersBenchmark.this.work, "sleepers-");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			this.arguments = database.create(this.directory);
			List<String> all = ActorCopies.insert(this.arguments, originals(), count);
			this.some = IntStream.range(0, FEW)
				.mapToObj((i) -> Requests.gateway(all.get((int) ((long) i * count / FEW))))
				.toList();
		}

		/**
		 * Makes an actor without and one with an alarm.
		 */
		private List<String> originals() {
			try (JavaServer server = start()) {
				Requests requests = new Requests(server);
				String plain = requests.create("sleeper", "plain");
				requests.send("POST", plain + "/action/increment", "{\"args\":[1]}");
				String scheduled = requests.create("sleeper", "scheduled");
				long due = Instant.now().plus(Duration.ofDays(1000)).toEpochMilli();
				requests.send("POST", scheduled + "/action/fireAt", "{\"args\":[" + due + "]}");
				return List.of(plain.substring(plain.lastIndexOf('/') + 1),
						scheduled.substring(scheduled.lastIndexOf('/') + 1));
			}
		}

		private JavaServer start() {
			return JavaServer.start(LifeApplication.class, this.directory, Application.JVM, this.arguments)
				.awaitListening();
		}

		void measure() {
			long begin = System.nanoTime();
			try (JavaServer server = start()) {
				new Requests(server).send("POST", this.some.get(0) + "/action/increment", "{\"args\":[1]}");
				this.seconds.add((System.nanoTime() - begin) / 1e9);
				this.mebibytes.add(LiveObjects.of(server).bytes() / 1024.0 / 1024);
				wake(server);
				wake(server);
				this.wakes.add(wake(server).p50());
			}
			logger.info("%s with %,d sleeping actors: start %.2f s, heap %.2f MiB, wake %.3f ms"
				.formatted(this.database, this.count, last(this.seconds), last(this.mebibytes), last(this.wakes)));
		}

		/**
		 * Lets actors sleep and wakes them, one after the other.
		 */
		private Sample wake(JavaServer server) {
			Requests requests = new Requests(server);
			Memory.putToSleep(server, this.some);
			Memory.awaitActors(server, 0);
			Latencies latencies = new Latencies();
			long begin = System.nanoTime();
			for (String gateway : this.some) {
				long sent = System.nanoTime();
				requests.send("POST", gateway + "/action/increment", "{\"args\":[1]}");
				latencies.add(System.nanoTime() - sent);
			}
			return Sample.parse(latencies.toJson(System.nanoTime() - begin), server.processorTime());
		}

		/**
		 * The fastest start: whatever else goes on makes one only slower.
		 */
		double fastest() {
			return Collections.min(this.seconds);
		}

		private static double last(List<Double> figures) {
			return figures.get(figures.size() - 1);
		}

		void addTo(StringBuilder rows) {
			rows.append("| %s | %,d | %.2f | %.2f | %.3f |%n".formatted(this.database, this.count, fastest(),
					Sample.middle(this.mebibytes), Sample.middle(this.wakes)));
		}

	}

}
