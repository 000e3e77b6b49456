package dev.rivet;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import dev.rivet.conformance.ConformanceApplication;
import dev.rivet.conformance.NpmClients;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Unmodified RivetKit clients from npm against an application of ours. The cases are in
 * {@code src/test/npm}.
 */
class ClientConformanceTests {

	private static final List<String> VERSIONS = List
		.of(System.getProperty("conformance.versions", "2.1.5,2.3.19").split(","));

	private static final List<String> ENCODINGS = List.of("json", "cbor", "bare");

	private static final List<String> TRANSPORTS = List.of("http", "connection");

	private static NpmClients clients;

	private static ConfigurableApplicationContext application;

	@BeforeAll
	static void start(@TempDir Path directory) throws Exception {
		clients = NpmClients.install();
		application = new SpringApplicationBuilder(ConformanceApplication.class)
			.properties("server.port=0", "spring.main.banner-mode=off",
					"spring.datasource.url=jdbc:sqlite:" + directory.resolve("conformance.db")
							+ "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000",
					"rivet.cors.allowed-origins=https://app.example.org")
			.run();
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
		}
	}

	@TestFactory
	Stream<DynamicNode> clients() {
		return VERSIONS.stream()
			.map((version) -> DynamicContainer.dynamicContainer("client " + version,
					ENCODINGS.stream()
						.flatMap((encoding) -> TRANSPORTS.stream()
							.map((transport) -> DynamicContainer.dynamicContainer(encoding + " over " + transport,
									Stream.of(List.of(version, encoding, transport)).flatMap(this::cases))))));
	}

	private Stream<DynamicNode> cases(List<String> setting) {
		String baseUrl = "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port")
				+ "/api/rivet";
		NpmClients.Run run = clients.run(baseUrl, setting);
		Stream<DynamicNode> cases = run.results()
			.stream()
			.map((result) -> DynamicTest.dynamicTest(result.name(), () -> {
				if (!result.ok()) {
					fail("'%s' of client %s: %s".formatted(result.name(), String.join(" ", setting), result.error()));
				}
			}));
		DynamicNode end = DynamicTest.dynamicTest("the client runs to its end", () -> {
			assertThat(run.exitCode()).as(run.errorOutput()).isZero();
			assertThat(run.results()).isNotEmpty();
		});
		return Stream.concat(cases, Stream.of(end));
	}

}
