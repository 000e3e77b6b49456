package dev.rivet;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The metadata of the configuration properties, which editors show to users.
 */
class ConfigurationMetadataTests {

	private static final Path METADATA = Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json");

	@Test
	void propertiesAreOursAndDescribed() {
		JsonNode properties = JsonMapper.shared().readTree(METADATA).path("properties");
		assertThat(properties).isNotEmpty().allSatisfy((property) -> {
			assertThat(property.path("name").asString()).matches("rivet\\..+|management\\.endpoint\\.actors\\..+");
			assertThat(property.path("description").asString()).as(property.path("name").asString()).isNotBlank();
		});
	}

}
