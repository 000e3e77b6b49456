package dev.rivet.benchmark;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import dev.rivet.process.TestDatabase;

/**
 * How thoroughly to measure.
 *
 * @param seconds how long each measurement takes
 * @param rounds how often each is repeated
 * @param warmUp for how many seconds each server is warmed up
 * @param databases the databases to measure with
 * @param memoryActors how many actors the memory of one is told from
 * @param directory where results and working files go
 */
record Settings(int seconds, int rounds, int warmUp, List<TestDatabase> databases, int memoryActors, Path directory) {

	static Settings fromSystemProperties() {
		return new Settings(number("seconds", 4), number("rounds", 5), number("warm-up", 15),
				Arrays.stream(property("databases", "sqlite,h2,postgresql").split(","))
					.map((name) -> TestDatabase.valueOf(name.strip().toUpperCase(Locale.ROOT)))
					.toList(),
				number("memory-actors", 20_000), Path.of(property("directory", "target/benchmark")).toAbsolutePath());
	}

	private static int number(String name, int otherwise) {
		return Integer.parseInt(property(name, String.valueOf(otherwise)));
	}

	private static String property(String name, String otherwise) {
		return System.getProperty("benchmark." + name, otherwise);
	}

}
