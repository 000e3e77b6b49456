package dev.rivet.benchmark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.rivet.process.JavaServer;
import dev.rivet.process.Requests;
import dev.rivet.process.TestDatabase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Measures how long it takes from the start of a process until it has served its first
 * action: the jar of the sample application, beside an application with the same
 * libraries and without actors, and with an AOT cache. All run as extracted by Spring
 * Boot, each time with a new database.
 */
final class StartupBenchmark {

	private static final Log logger = LogFactory.getLog(StartupBenchmark.class);

	private static final TestDatabase DATABASE = TestDatabase.SQLITE;

	private static final String SAMPLE = "sample application";

	private static final String REFERENCE = "without actors";

	private static final String CACHED = "sample application with AOT cache";

	private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

	private final Settings settings;

	private final Path work;

	StartupBenchmark(Settings settings, Path work) {
		this.settings = settings;
		this.work = work;
	}

	boolean isEmpty() {
		return this.seconds.isEmpty();
	}

	void run() {
		Path jar = extract();
		Start sample = new Start(List.of(Jdk.RUNNING.java(), "-jar", jar.toString()), StartupBenchmark::increment);
		Start reference = new Start(List.of(Jdk.RUNNING.java(), "-cp",
				testClasses() + File.pathSeparator + jar.resolveSibling("lib") + "/*", JdbcApplication.class.getName()),
				StartupBenchmark::update);
		Map<String, Start> starts = new LinkedHashMap<>();
		starts.put(SAMPLE, sample);
		starts.put(REFERENCE, reference);
		Jdk.withAotCache().ifPresent((jdk) -> starts.put(CACHED, cached(jdk, jar)));
		starts.values().forEach(this::measure);
		for (int round = 1; round <= this.settings.rounds(); round++) {
			starts.forEach((name, start) -> {
				double measured = measure(start);
				logger.info("%s: %.3f s".formatted(name, measured));
				this.seconds.computeIfAbsent(name, (key) -> new ArrayList<>()).add(measured);
			});
		}
	}

	private Path extract() {
		Path application = this.work.resolve("application");
		Jdk.RUNNING.run(List.of("-Djarmode=tools", "-jar", this.settings.jar().toString(), "extract", "--destination",
				application.toString()));
		return application.resolve(this.settings.jar().getFileName());
	}

	/**
	 * Makes a cache of what the application needs until it has served an action, as
	 * docs/performance.md recommends.
	 */
	private Start cached(Jdk jdk, Path jar) {
		Path cache = jar.resolveSibling("app.aot");
		measure(cached(jdk, jar, "-XX:AOTCacheOutput=" + cache));
		if (!Files.exists(cache)) {
			throw new IllegalStateException("No AOT cache was made");
		}
		return cached(jdk, jar, "-XX:AOTCache=" + cache);
	}

	private static Start cached(Jdk jdk, Path jar, String cache) {
		return new Start(List.of(jdk.java(), "-Dspring.aot.enabled=true", cache, "-jar", jar.toString()),
				StartupBenchmark::increment);
	}

	private double measure(Start start) {
		try {
			Path directory = Files.createTempDirectory(this.work, "start-");
			List<String> arguments = DATABASE.create(directory);
			long begin = System.nanoTime();
			try (JavaServer server = JavaServer.start(start.command(), directory, arguments)) {
				Requests requests = new Requests(server);
				server.awaitListening();
				start.firstAction().accept(requests);
				return (System.nanoTime() - begin) / 1e9;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void increment(Requests requests) {
		requests.send("POST", requests.create("counter", "one") + "/action/increment", "{\"args\":[1]}");
	}

	private static void update(Requests requests) {
		requests.send("PUT", "/counters/one", "");
		requests.send("POST", "/counters/one/increment", "{\"args\":[1]}");
	}

	private static Path testClasses() {
		try {
			return Path.of(StartupBenchmark.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	String toMarkdown() {
		StringBuilder text = new StringBuilder("""
				| start to first action | Java | median s | lowest s | highest s |
				|---|---:|---:|---:|---:|
				""");
		this.seconds.forEach((name, all) -> text.append("| %s | %d | %.2f | %.2f | %.2f |%n".formatted(name,
				(name.equals(CACHED) ? Jdk.withAotCache().orElseThrow() : Jdk.RUNNING).feature(), Sample.middle(all),
				all.stream().min(Double::compare).orElseThrow(), all.stream().max(Double::compare).orElseThrow())));
		text.append(Results.GOALS);
		double more = Sample.middle(this.seconds.getOrDefault(SAMPLE, List.of()))
				- Sample.middle(this.seconds.getOrDefault(REFERENCE, List.of()));
		Results.goal(text, "start beyond one without actors", DATABASE, "≤ 0.5 s", more, "%.2f s", more <= 0.5);
		List<Double> cached = this.seconds.get(CACHED);
		if (cached != null) {
			double median = Sample.middle(cached);
			Results.goal(text, "start with AOT cache", DATABASE, "≤ 1.5 s", median, "%.2f s", median <= 1.5);
		}
		return text.toString();
	}

	/**
	 * A way to start an application.
	 *
	 * @param command the command that does it
	 * @param firstAction what is asked of it
	 */
	private record Start(List<String> command, Consumer<Requests> firstAction) {
	}

}
