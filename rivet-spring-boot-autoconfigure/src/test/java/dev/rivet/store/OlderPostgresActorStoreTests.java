package dev.rivet.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The supported versions before the one of {@link PostgresActorStoreTests}, whose
 * binaries the build copies. For speed, these servers do not sync: that differs in no
 * answer.
 */
@ParameterizedClass
@ValueSource(ints = { 14, 15, 16, 17 })
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "The build copies no other binaries")
class OlderPostgresActorStoreTests extends ActorStoreContractTests {

	private static EmbeddedPostgres server;

	@Parameter
	int version;

	@BeforeParameterizedClassInvocation
	static void startServer(int version) throws IOException {
		Path jar = Path.of("target", "postgresql", version + ".jar").toAbsolutePath();
		server = EmbeddedPostgres.builder().setPgBinaryResolver((system, machine) -> binaries(jar)).start();
	}

	private static InputStream binaries(Path jar) throws IOException {
		return URI.create("jar:" + jar.toUri() + "!/postgres-linux-x86_64.txz").toURL().openStream();
	}

	@AfterParameterizedClassInvocation
	static void stopServer() throws IOException {
		server.close();
	}

	@Override
	HikariDataSource open(Path directory) {
		return TestDatabase.postgres(server);
	}

	@Test
	void theServerHasThisVersion() {
		assertThat(this.sql.sql("SHOW server_version").query(String.class).single()).startsWith(this.version + ".");
	}

}
