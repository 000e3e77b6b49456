package dev.rivet.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is on a server's heap after a full garbage collection.
 *
 * @param histogram how many objects of each class there are, and how large they are
 */
public record LiveObjects(String histogram) {

	private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

	/**
	 * Collects a server's garbage and looks what is left.
	 */
	public static LiveObjects of(JavaServer server) {
		Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
		try {
			Process process = new ProcessBuilder(jcmd.toString(), String.valueOf(server.pid()), "GC.class_histogram")
				.redirectErrorStream(true)
				.start();
			return new LiveObjects(new String(process.getInputStream().readAllBytes()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the size of all objects.
	 */
	public long bytes() {
		return number(TOTAL);
	}

	/**
	 * Returns how many objects of a class there are.
	 */
	public long count(String className) {
		return number(Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+" + Pattern.quote(className) + "( |$)"));
	}

	private long number(Pattern pattern) {
		Matcher matcher = pattern.matcher(this.histogram);
		return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
	}

}
