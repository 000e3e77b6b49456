package dev.rivet.autoconfigure;

import java.util.List;
import java.util.Map;

import dev.rivet.actor.UserError;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.runtime.ErrorTranslator;
import jakarta.validation.ConstraintViolationException;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.validation.method.MethodValidationException;

/**
 * {@link AutoConfiguration Auto-configuration} for actors in an application with Jakarta
 * Validation: clients are told which constraints they violate.
 */
@AutoConfiguration(before = RivetAutoConfiguration.class)
@ConditionalOnClass({ ActorRuntime.class, ConstraintViolationException.class })
public final class RivetValidationAutoConfiguration {

	@Bean
	ErrorTranslator rivetValidationErrorTranslator() {
		return (failure) -> {
			if (failure instanceof ConstraintViolationException ex) {
				return invalid(ex.getConstraintViolations()
					.stream()
					.map((violation) -> Map.of("path", violation.getPropertyPath().toString(), "message",
							violation.getMessage()))
					.toList());
			}
			if (failure instanceof MethodValidationException ex) {
				return invalid(ex.getParameterValidationResults()
					.stream()
					.flatMap((result) -> result.getResolvableErrors()
						.stream()
						.map((error) -> Map.of("path", String.valueOf(result.getMethodParameter().getParameterName()),
								"message", String.valueOf(error.getDefaultMessage()))))
					.toList());
			}
			return null;
		};
	}

	private static UserError invalid(List<Map<String, String>> violations) {
		return new UserError("validation_failed", "Validation failed", Map.of("violations", violations));
	}

}
