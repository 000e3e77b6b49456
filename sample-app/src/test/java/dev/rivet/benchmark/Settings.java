package dev.rivet.benchmark;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

import dev.rivet.process.TestDatabase;

/**
 * How thoroughly to measure.
 *
 * @param parts what to measure
 * @param seconds how long each measurement takes
 * @param rounds how often each is repeated
 * @param warmUp for about how many seconds each server is warmed up
 * @param databases the databases to measure with
 * @param broadcasts how many events are published in a measurement
 * @param alarms how many alarms are due at once
 * @param memoryActors how many actors the memory of one is told from
 * @param sleepingActors how many actors sleep in the fuller of two databases
 * @param memoryConnections how many connections the memory of one is told from
 * @param directory where results and working files go
 * @param jar the sample application, packaged
 */
record Settings(List<Part> parts, int seconds, int rounds, int warmUp, List<TestDatabase> databases, int broadcasts,
		int alarms, int memoryActors, int sleepingActors, int memoryConnections, Path directory, Path jar) {

	static Settings fromSystemProperties() {
		return new Settings(constants("parts", "http,realtime,life,startup,sleepers", Part::valueOf),
				number("seconds", 4), number("rounds", 5), number("warm-up", 30),
				constants("databases", "sqlite,h2,postgresql", TestDatabase::valueOf), number("broadcasts", 3000),
				number("alarms", 100_000), number("memory-actors", 20_000), number("sleeping-actors", 1_000_000),
				number("memory-connections", 2000), Path.of(property("directory", "target/benchmark")).toAbsolutePath(),
				Path.of(property("jar", "target/sample-app-0.1.0-SNAPSHOT.jar")).toAbsolutePath());
	}

	private static <T> List<T> constants(String name, String otherwise, Function<String, T> valueOf) {
		return Arrays.stream(property(name, otherwise).split(","))
			.map((constant) -> valueOf.apply(constant.strip().toUpperCase(Locale.ROOT)))
			.toList();
	}

	private static int number(String name, int otherwise) {
		return Integer.parseInt(property(name, String.valueOf(otherwise)));
	}

	private static String property(String name, String otherwise) {
		return System.getProperty("benchmark." + name, otherwise);
	}

	/**
	 * A part of the benchmark.
	 */
	enum Part {

		/**
		 * Actions over HTTP.
		 */
		HTTP,

		/**
		 * Actions and events over WebSockets.
		 */
		REALTIME,

		/**
		 * Waking, queues and alarms.
		 */
		LIFE,

		/**
		 * From the start of a process to its first action.
		 */
		STARTUP,

		/**
		 * A database full of sleeping actors.
		 */
		SLEEPERS

	}

}
