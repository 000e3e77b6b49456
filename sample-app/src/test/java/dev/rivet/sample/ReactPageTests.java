package dev.rivet.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import dev.rivet.process.Chromium;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Expects the same of the page in React.
 */
@EnabledIf(value = "isWanted", disabledReason = "There is no npm or no Chromium")
class ReactPageTests extends ChatPageTests {

	static boolean isWanted() {
		return Frontend.isWanted() && Chromium.isWanted();
	}

	@Override
	List<String> build(Path directory) throws IOException, InterruptedException {
		Frontend frontend = Frontend.install();
		frontend.run("npx", "tsc");
		frontend.run("node", "build.mjs", directory.resolve("react").toString());
		return List.of("classpath:/static/", directory.toUri().toString());
	}

	@Override
	String path() {
		return "/react/index.html";
	}

}
