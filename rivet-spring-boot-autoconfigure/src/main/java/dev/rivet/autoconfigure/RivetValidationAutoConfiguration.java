package dev.rivet.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.rivet.actor.UserError;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.runtime.ErrorTranslator;
import dev.rivet.runtime.PayloadValidator;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Valid;
import jakarta.validation.Validator;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
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
 * Validation: clients are told which constraints they violate, and declared events and
 * the messages and replies of declared queues are validated before they leave.
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
	PayloadValidator rivetPayloadValidator(Validator validator) {
		return (path, value) -> {
			if (value == null || BeanUtils.isSimpleProperty(value.getClass())) {
				return List.of();
			}
			List<Map<String, Object>> issues = new ArrayList<>(issues(validator, value, path, 0));
			Object container = container(value);
			if (container != null) {
				issues.addAll(issues(validator, container, path, 1));
			}
			return issues;
		};
	}

	private static List<Map<String, Object>> issues(Validator validator, Object value, List<Object> path, int without) {
		return validator.validate(value)
			.stream()
			.map((violation) -> Map.<String, Object>of("path", steps(path, violation.getPropertyPath(), without),
					"message", violation.getMessage()))
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
	 * Returns what has a value as a property, so that what is within is validated, if
	 * that is a collection.
	 */
	private static @Nullable Object container(Object value) {
		if (value instanceof Object[] array) {
			return new Items(Arrays.asList(array));
		}
		if (value instanceof Iterable<?> items) {
			return new Items(items);
		}
		return (value instanceof Map<?, ?> entries) ? new Entries(entries) : null;
	}

	/**
	 * Returns a path in steps, names and positions, without the first ones.
	 */
	private static List<Object> steps(List<Object> start, Path path, int without) {
		List<Object> steps = new ArrayList<>();
		for (Path.Node node : path) {
			if (node.getIndex() != null) {
				steps.add(node.getIndex());
			}
			else if (node.getKey() != null) {
				steps.add(String.valueOf(node.getKey()));
			}
			if (node.getKind() == ElementKind.PROPERTY) {
				steps.add(node.getName());
			}
		}
		steps.subList(0, without).clear();
		steps.addAll(0, start);
		return steps;
	}

	private record Items(Iterable<@Valid ?> value) {
	}

	private record Entries(Map<?, @Valid ?> value) {
	}

}
