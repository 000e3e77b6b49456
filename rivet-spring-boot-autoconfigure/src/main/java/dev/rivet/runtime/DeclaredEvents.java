package dev.rivet.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.rivet.actor.Event;
import dev.rivet.client.EventMessage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * The events that an actor type declares, and the making of events from arguments.
 */
final class DeclaredEvents {

	private final ObjectMapper wire;

	private final @Nullable PayloadValidator validator;

	private final Map<String, List<Class<?>>> payloads = new HashMap<>();

	/**
	 * Reads what an actor class declares.
	 * @param actorClass the class
	 * @param wire what turns arguments into trees
	 * @param validator finds violated constraints, if the application has such a thing
	 */
	DeclaredEvents(Class<?> actorClass, ObjectMapper wire, @Nullable PayloadValidator validator) {
		this.wire = wire;
		this.validator = validator;
		for (Event event : AnnotatedElementUtils.findMergedRepeatableAnnotations(actorClass, Event.class)) {
			if (this.payloads.put(event.name(), List.of(event.payload())) != null) {
				throw new InvalidActorException(actorClass, "declares the event '" + event.name() + "' twice",
						"Keep one of the @Event annotations.");
			}
		}
	}

	/**
	 * Makes an event.
	 * @param name its name
	 * @param args its arguments
	 * @return the event, which shares nothing with the arguments
	 */
	EventMessage message(String name, @Nullable Object... args) {
		List<Class<?>> payload = this.payloads.get(name);
		if (payload != null) {
			checkTypes(name, payload, args);
			if (this.validator != null) {
				checkConstraints(name, this.validator, args);
			}
		}
		ArrayNode tree = this.wire.createArrayNode();
		for (Object arg : args) {
			tree.add(this.wire.<JsonNode>valueToTree(arg));
		}
		return new EventMessage(name, tree);
	}

	private static void checkTypes(String name, List<Class<?>> payload, @Nullable Object[] args) {
		if (args.length != payload.size()) {
			throw Errors.invalidEvent(name, "takes %d argument(s), got %d".formatted(payload.size(), args.length));
		}
		for (int i = 0; i < args.length; i++) {
			Object arg = args[i];
			boolean fits = (arg != null) ? ClassUtils.isAssignableValue(payload.get(i), arg)
					: !payload.get(i).isPrimitive();
			if (!fits) {
				throw Errors.invalidEvent(name, "argument %d must be %s, got %s".formatted(i,
						payload.get(i).getTypeName(), (arg != null) ? arg.getClass().getTypeName() : "null"));
			}
		}
	}

	private static void checkConstraints(String name, PayloadValidator validator, @Nullable Object[] args) {
		List<Map<String, Object>> issues = new ArrayList<>();
		for (int i = 0; i < args.length; i++) {
			issues.addAll(validator.validate(List.of(i), args[i]));
		}
		if (!issues.isEmpty()) {
			throw Errors.invalidEvent(name, "violates constraints", issues);
		}
	}

}
