package dev.rivet.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.rivet.process.JavaServer;

/**
 * What is on a server's heap after a full garbage collection.
 *
 * @param bytes the size of all objects
 * @param actors how many of them are live actors
 */
record LiveObjects(long bytes, long actors) {

	private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

	private static final Pattern ACTORS = Pattern
		.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+dev\\.rivet\\.runtime\\.Activation( |$)");

	static LiveObjects of(JavaServer server) {
		String histogram = histogram(server);
		return new LiveObjects(number(TOTAL, histogram), number(ACTORS, histogram));
	}

	private static long number(Pattern pattern, String histogram) {
		Matcher matcher = pattern.matcher(histogram);
		return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
	}

	private static String histogram(JavaServer server) {
		Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
		try {
			Process process = new ProcessBuilder(jcmd.toString(), String.valueOf(server.pid()), "GC.class_histogram")
				.redirectErrorStream(true)
				.start();
			return new String(process.getInputStream().readAllBytes());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
