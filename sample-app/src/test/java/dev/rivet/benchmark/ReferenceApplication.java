package dev.rivet.benchmark;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.StringUtils;

/**
 * Runs an application that is compared with actors, without anything of them.
 */
final class ReferenceApplication {

	private ReferenceApplication() {
	}

	static void run(Class<?> source, String[] args) {
		SpringApplication application = new SpringApplication(source);
		application.setDefaultProperties(Map.of("spring.autoconfigure.exclude", actorAutoConfigurations(),
				"spring.flyway.locations", "classpath:dev/rivet/benchmark"));
		// which the sample application, whose properties these are, has switched off
		application.run(StringUtils.addStringToArray(args, "--spring.flyway.enabled=true"));
	}

	private static String actorAutoConfigurations() {
		Iterable<String> all = ImportCandidates.load(AutoConfiguration.class, null);
		return StreamSupport.stream(all.spliterator(), false)
			.filter((name) -> name.startsWith("dev.rivet."))
			.collect(Collectors.joining(","));
	}

}
