package dev.rivet.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Expects the same of the page in React.
 */
class ReactPageTests extends ChatPageTests {

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
