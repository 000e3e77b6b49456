package dev.rivet.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import dev.rivet.process.TestDatabase;
import org.jspecify.annotations.Nullable;

/**
 * All samples, and the tables made of them.
 */
final class Results {

	static final String GOALS = """

			| goal | database | to reach | measured | |
			|---|---|---:|---:|---|
			""";

	private final Map<Cell, List<Sample>> samples = new LinkedHashMap<>();

	private @Nullable Memory memory;

	boolean isEmpty() {
		return this.samples.isEmpty();
	}

	void add(Cell cell, Sample sample) {
		this.samples.computeIfAbsent(cell, (key) -> new ArrayList<>()).add(sample);
	}

	void memory(Memory memory) {
		this.memory = memory;
	}

	String toMarkdown() {
		StringBuilder text = new StringBuilder("""
				| database | actors | connections | target | operations/s | p50 ms | p99 ms | CPU µs/operation |
				|---|---:|---:|---|---:|---:|---:|---:|
				""");
		this.samples.forEach((cell, all) -> {
			Sample median = Sample.median(all);
			text.append("| %s | %,d | %d | %s | %,.0f | %.2f | %.2f | %.0f |%n".formatted(cell.database(),
					cell.actors(), cell.connections(), cell.operation(), median.rate(), median.p50(), median.p99(),
					median.processor()));
		});
		text.append(GOALS);
		this.samples.keySet().stream().map(Cell::database).distinct().forEach((database) -> goals(database, text));
		Memory memory = this.memory;
		if (memory != null) {
			goal(text, "heap of an idle actor", TestDatabase.SQLITE, "≤ 4,096 B", memory.idle(), "%,.0f B",
					memory.idle() <= 4096);
			goal(text, "heap of a sleeping actor", TestDatabase.SQLITE, "0 B", memory.sleeping(), "%,.0f B",
					memory.sleeping() < 16);
		}
		return text.toString();
	}

	private void goals(TestDatabase database, StringBuilder text) {
		boolean server = database == TestDatabase.POSTGRESQL;
		Target reference = server ? Target.JDBC : Target.BARE;
		rate(text, database, 1, reference, server ? 5 : 0.7);
		rate(text, database, 1000, reference, server ? 3 : 0.6);
		double latency = ratio(database, 1, 1, Target.JDBC, Sample::p50);
		goal(text, "p50 at 1 connection / (b)", database, "≤ 1.1", latency, "%.2f", latency <= 1.1);
		if (database == TestDatabase.SQLITE) {
			double p99 = median(new Cell(database, 1, 32, Target.ACTOR.toString())).p99();
			goal(text, "p99 at 32 connections", database, "≤ 6 ms", p99, "%.2f ms", p99 <= 6);
			double creates = median(Cell.creates(database)).rate();
			goal(text, "creates with a first action, 16 connections", database, "≥ 5,000/s", creates, "%,.0f/s",
					creates >= 5000);
		}
	}

	private void rate(StringBuilder text, TestDatabase database, int actors, Target reference, double factor) {
		double measured = ratio(database, actors, 32, reference, Sample::rate);
		goal(text, "rate at 32 connections, %,d actor%s / %.3s".formatted(actors, (actors > 1) ? "s" : "", reference),
				database, "≥ " + factor, measured, "%.2f", measured >= factor);
	}

	static void goal(StringBuilder text, String name, TestDatabase database, String goal, double measured,
			String format, boolean reached) {
		text.append("| %s | %s | %s | %s | %s |%n".formatted(name, database, goal, format.formatted(measured),
				reached ? "reached" : "missed"));
	}

	/**
	 * Returns the median of the ratios of the rounds, since the machine may be slower in
	 * some of them than in others.
	 */
	private double ratio(TestDatabase database, int actors, int connections, Target reference,
			ToDoubleFunction<Sample> figure) {
		List<Sample> ours = samples(new Cell(database, actors, connections, Target.ACTOR.toString()));
		List<Sample> theirs = samples(new Cell(database, actors, connections, reference.toString()));
		return Sample.middle(IntStream.range(0, ours.size())
			.mapToObj((round) -> figure.applyAsDouble(ours.get(round)) / figure.applyAsDouble(theirs.get(round)))
			.toList());
	}

	private List<Sample> samples(Cell cell) {
		return this.samples.getOrDefault(cell, List.of());
	}

	private Sample median(Cell cell) {
		return Sample.median(samples(cell));
	}

	/**
	 * What was measured.
	 *
	 * @param database with which database
	 * @param actors with how many actors
	 * @param connections over how many connections
	 * @param operation what was done
	 */
	record Cell(TestDatabase database, int actors, int connections, String operation) {

		static Cell creates(TestDatabase database) {
			return new Cell(database, 0, 16, "create and first action");
		}

	}

}
