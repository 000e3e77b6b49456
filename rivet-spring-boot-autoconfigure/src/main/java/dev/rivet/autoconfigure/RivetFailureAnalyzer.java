package dev.rivet.autoconfigure;

import dev.rivet.runtime.InvalidActorException;
import dev.rivet.runtime.UnknownActorNameException;
import dev.rivet.store.UnusableDatabaseException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/**
 * Says what to change when an application cannot start because of its actors.
 */
final class RivetFailureAnalyzer implements FailureAnalyzer {

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			String action = action(cause);
			if (action != null) {
				return new FailureAnalysis(String.valueOf(cause.getMessage()), action, cause);
			}
		}
		return null;
	}

	private static @Nullable String action(Throwable cause) {
		if (cause instanceof InvalidActorException ex) {
			return ex.action();
		}
		if (cause instanceof UnusableDatabaseException ex) {
			return ex.action();
		}
		if (cause instanceof UnknownActorNameException ex) {
			return "Correct the name, or remove the property. These actors exist: " + String.join(", ", ex.known())
					+ ". If others use the same configuration, set rivet.fail-on-unknown-actors=false.";
		}
		if (cause instanceof InvalidBasePathException) {
			return """
					Give them a path of their own, such as '/api/rivet': segments of letters, digits and '-', '.', '_', \
					'~', each after one '/'.""";
		}
		if (cause instanceof MissingDataSourceException) {
			return """
					Configure one, or mark the right one with @Primary or @RivetDataSource. For an embedded database in a file add \
					'org.xerial:sqlite-jdbc' and set \
					spring.datasource.url=jdbc:sqlite:app.db?journal_mode=WAL&synchronous=FULL&transaction_mode=IMMEDIATE&busy_timeout=5000""";
		}
		return null;
	}

}
