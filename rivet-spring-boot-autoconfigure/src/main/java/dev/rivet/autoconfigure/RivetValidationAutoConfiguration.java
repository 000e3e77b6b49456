package dev.rivet.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.rivet.actor.UserError;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.runtime.ErrorTranslator;
import dev.rivet.runtime.EventValidator;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Valid;
import jakarta.validation.Validator;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.context.annotation.Bean;
import org.springframework.core.MethodParameter;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.MethodValidationException;

/**
 * {@link AutoConfiguration Auto-configuration} for actors in an application with Jakarta
 * Validation: clients are told which constraints they violate, and declared events are
 * validated before they are sent.
 */
@AutoConfiguration(before = RivetAutoConfiguration.class,
		afterName = "org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration")
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

	@Bean
	@ConditionalOnSingleCandidate(Validator.class)
	@ConditionalOnMissingBean
	EventValidator rivetEventValidator(Validator validator) {
		return (args) -> IntStream.range(0, args.length)
			.boxed()
			.flatMap((i) -> validator.validate(new Argument(args[i]))
				.stream()
				.map((violation) -> Map.of("path", Argument.path(i, violation.getPropertyPath()), "message",
						violation.getMessage())))
			.toList();
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

	/**
	 * An argument of an event, so that what is within is validated if it is a collection.
	 */
	private record Argument(@Valid @Nullable Object value) {

		/**
		 * Returns a path from the arguments of the event on, such as {@code [0].name}.
		 */
		static String path(int position, Path path) {
			return "[" + position + "]" + path.toString().substring("value".length());
		}

	}

}
