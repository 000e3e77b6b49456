package dev.rivet.autoconfigure;

import java.util.List;
import java.util.Map;

import dev.rivet.actor.UserError;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.runtime.ErrorTranslator;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.context.annotation.Bean;
import org.springframework.core.MethodParameter;
import org.springframework.validation.FieldError;
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
					.map((violation) -> Map.of("path", path(violation.getPropertyPath()), "message",
							violation.getMessage()))
					.toList());
			}
			if (failure instanceof MethodValidationException ex) {
				return invalid(ex.getParameterValidationResults()
					.stream()
					.flatMap((result) -> result.getResolvableErrors()
						.stream()
						.map((error) -> Map.of("path", path(result.getMethodParameter(), error), "message",
								String.valueOf(error.getDefaultMessage()))))
					.toList());
			}
			return null;
		};
	}

	private static String path(Path path) {
		String text = path.toString();
		boolean method = path.iterator().next().getKind() == ElementKind.METHOD;
		return method ? text.substring(text.indexOf('.') + 1) : text;
	}

	private static String path(MethodParameter parameter, MessageSourceResolvable error) {
		String name = String.valueOf(parameter.getParameterName());
		return (error instanceof FieldError field) ? name + "." + field.getField() : name;
	}

	private static UserError invalid(List<Map<String, String>> violations) {
		return new UserError("validation_failed", "Validation failed", Map.of("violations", violations));
	}

}
