package dev.rivet.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A program that a machine may have or not.
 */
public final class Tool {

	private final List<String> names;

	/**
	 * Names a program.
	 * @param names what it may be called
	 */
	public Tool(String... names) {
		this.names = List.of(names);
	}

	/**
	 * Returns whether to run the tests that need it: on machines that have it, and on
	 * build servers anyway.
	 */
	public boolean isWanted() {
		return find().isPresent() || "true".equals(System.getenv("CI"));
	}

	/**
	 * Returns the name of the program, which must be there.
	 */
	public String require() {
		return find().orElseThrow(() -> new IllegalStateException("None on the path: " + this.names));
	}

	private Optional<String> find() {
		List<Path> path = Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(Path::of).toList();
		return this.names.stream()
			.filter((name) -> path.stream().anyMatch((directory) -> Files.isExecutable(directory.resolve(name))))
			.findFirst();
	}

}
