package dev.rivet.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.rivet.process.TestDatabase;
import org.jspecify.annotations.Nullable;

/**
 * All samples that were taken over WebSockets, and the tables made of them.
 */
final class SocketResults {

	private final Map<Cell, List<Sample>> samples = new LinkedHashMap<>();

	private @Nullable Double connection;

	boolean isEmpty() {
		return this.samples.isEmpty();
	}

	void add(Cell cell, Sample sample) {
		this.samples.computeIfAbsent(cell, (key) -> new ArrayList<>()).add(sample);
	}

	void connection(double bytes) {
		this.connection = bytes;
	}

	String toMarkdown() {
		StringBuilder text = new StringBuilder("""
				| database | target | operation | operations/s | p50 ms | p99 ms | CPU µs/operation |
				|---|---|---|---:|---:|---:|---:|
				""");
		this.samples.forEach((cell, all) -> {
			Sample median = Sample.median(all);
			text.append("| %s | %s | %s | %,.0f | %.3f | %.3f | %.1f |%n".formatted(cell.database(), cell.target(),
					cell.workload(), median.rate(), median.p50(), median.p99(), median.processor()));
		});
		text.append(Results.GOALS);
		calls(text, TestDatabase.SQLITE, SocketTarget.FLEETING, 0.05, 120_000);
		calls(text, TestDatabase.SQLITE, SocketTarget.DURABLE, 0.3, 100_000);
		calls(text, TestDatabase.POSTGRESQL, SocketTarget.DURABLE, Double.MAX_VALUE, 60_000);
		for (SocketTarget target : List.of(SocketTarget.FLEETING, SocketTarget.DURABLE)) {
			rate(text, new Cell(TestDatabase.SQLITE, target, SocketWorkload.BROADCAST_1000), 200_000);
		}
		Double connection = this.connection;
		if (connection != null) {
			Results.goal(text, "heap of an idle connection", TestDatabase.SQLITE, "≤ 40 KiB", connection / 1024,
					"%.1f KiB", connection <= 40 * 1024);
		}
		return text.toString();
	}

	private void calls(StringBuilder text, TestDatabase database, SocketTarget target, double p50, double rate) {
		Cell call = new Cell(database, target, SocketWorkload.ONE_CALL);
		if (this.samples.containsKey(call) && p50 < Double.MAX_VALUE) {
			double measured = Sample.median(this.samples.get(call)).p50();
			Results.goal(text, "p50 of " + call.name(), database, "≤ %.2f ms".formatted(p50), measured, "%.3f ms",
					measured <= p50);
		}
		rate(text, new Cell(database, target, SocketWorkload.MANY_CALLS), rate);
	}

	private void rate(StringBuilder text, Cell cell, double rate) {
		List<Sample> all = this.samples.get(cell);
		if (all != null) {
			double measured = Sample.median(all).rate();
			Results.goal(text, "rate of " + cell.name(), cell.database(), "≥ %,.0f/s".formatted(rate), measured,
					"%,.0f/s", measured >= rate);
		}
	}

	/**
	 * What was measured.
	 *
	 * @param database with which database
	 * @param target on what
	 * @param workload doing what
	 */
	record Cell(TestDatabase database, SocketTarget target, SocketWorkload workload) {

		String name() {
			return "%s, %.3s".formatted(this.workload, this.target);
		}

	}

}
