package dev.rivet.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.fail;

/**
 * Programs that a machine may have or not.
 */
public final class Tool {

	private Tool() {
	}

	/**
	 * Finds a program on the path, or skips the test where there is none. On a build
	 * server that is a failure.
	 * @param names what it may be called
	 * @return the program
	 */
	public static String require(String... names) {
		List<Path> path = Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(Path::of).toList();
		Optional<String> found = Arrays.stream(names)
			.filter((name) -> path.stream().anyMatch((directory) -> Files.isExecutable(directory.resolve(name))))
			.findFirst();
		return found.orElseGet(() -> {
			String reason = "there is no " + String.join(" or ", names) + " on the path";
			if ("true".equals(System.getenv("CI"))) {
				fail("The pages must be tested here, but " + reason);
			}
			return Assumptions.abort("Not tested: " + reason);
		});
	}

}
