package dev.rivet.remote;

import java.nio.file.Path;
import java.util.List;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.State;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.RivetClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for remote calls that turns make.
 */
@Timeout(30)
class RemoteTurnTests {

	private static RivetClient remote;

	@Test
	void aTurnThatWaitsForARemoteCallIsGivenUpAndWhatItChangedIsDurable(@TempDir Path directory) {
		try (RunningApplication application = RunningApplication.start(WebApplicationType.SERVLET, List
			.of("spring.datasource.url=" + RunningApplication.sqlite(directory), RunningApplication.WITHOUT_SECURITY),
				Asking.class)) {
			remote = RemoteServer.at("http://localhost:%d/api/rivet".formatted(application.port())).client();
			assertThat(application.actor("asking", "k").call(Integer.class, "ask")).isEqualTo(1);
			remote.close();
		}
	}

	@Actor("asking")
	static class Asking {

		@State
		private int count;

		@Action
		int ask(ActorContext context) {
			this.count++;
			return remote.getOrCreate("asking", context.key().parts().get(0)).call(Integer.class, "count");
		}

		@Action
		int count() {
			return this.count;
		}

	}

}
