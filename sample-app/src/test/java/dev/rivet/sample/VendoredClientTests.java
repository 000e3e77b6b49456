package dev.rivet.sample;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the client that the page loads is the one of npm.
 */
@EnabledIf(value = "dev.rivet.sample.Frontend#isWanted", disabledReason = "There is no npm")
class VendoredClientTests {

	@Test
	void isWhatTheScriptBuilds(@TempDir Path built) throws IOException, InterruptedException {
		Frontend.install().run("node", "vendor.mjs", built.toString());
		for (String file : new String[] { "rivetkit-client.js", "rivetkit-client.licences.txt" }) {
			assertThat(built.resolve(file)).as("What 'npm run vendor' has built")
				.hasSameTextualContentAs(new ClassPathResource("static/vendor/" + file).getFile().toPath());
		}
	}

}
