package dev.rivet.runtime;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.rivet.actor.Queue;
import dev.rivet.actor.QueueMessage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The queues of an actor type: what it declares of them, who handles their messages and
 * who may send them.
 */
final class DeclaredQueues {

	private final ObjectMapper wire;

	private final @Nullable PayloadValidator validator;

	private final Map<String, Queue> declared = new HashMap<>();

	private final Map<String, ListenedQueue> listened;

	private final Map<String, ActorMethod> canPublish;

	DeclaredQueues(Class<?> actorClass, ObjectMapper wire, @Nullable PayloadValidator validator,
			Map<String, ListenedQueue> listened, Map<String, ActorMethod> canPublish) {
		this.wire = wire;
		this.validator = validator;
		this.listened = Map.copyOf(listened);
		this.canPublish = Map.copyOf(canPublish);
		for (Queue queue : AnnotatedElementUtils.findMergedRepeatableAnnotations(actorClass, Queue.class)) {
			if (this.declared.put(queue.name(), queue) != null) {
				throw new InvalidActorException(actorClass, "declares the queue '" + queue.name() + "' twice",
						"Keep one of the @Queue annotations.");
			}
		}
		this.listened.forEach((name, queue) -> checkReturned(actorClass, name, queue.method().method()));
	}

	/**
	 * Refuses a listener that can never return what its messages are completed with. One
	 * that is given the message may complete it itself.
	 */
	private void checkReturned(Class<?> actorClass, String name, Method listener) {
		Queue queue = this.declared.get(name);
		Class<?> returned = returned(actorClass, listener);
		if (queue == null || queue.reply() == Object.class || returned == Object.class || returned == void.class
				|| returned == Void.class || List.of(listener.getParameterTypes()).contains(QueueMessage.class)) {
			return;
		}
		if (queue.reply() == void.class || !mayBe(returned, queue.reply())) {
			throw new InvalidActorException(actorClass,
					"has the @QueueListener method '%s' that returns %s, where '%s' has replies of type %s"
						.formatted(listener.getName(), returned.getSimpleName(), name, queue.reply().getSimpleName()),
					"Return what @Queue(reply) says, or change that: a listener's result is the reply.");
		}
	}

	/**
	 * Returns the type of what a listener returns in the end, as far as it is known.
	 */
	private static Class<?> returned(Class<?> actorClass, Method listener) {
		ResolvableType type = ResolvableType.forMethodReturnType(listener, actorClass);
		ResolvableType stage = type.as(CompletionStage.class);
		if (stage != ResolvableType.NONE) {
			return stage.getGeneric().resolve(Object.class);
		}
		Class<?> returned = type.resolve(Object.class);
		return returned.isAssignableFrom(CompletableFuture.class) ? Object.class : returned;
	}

	/**
	 * Returns whether there may be an object of both types.
	 */
	private static boolean mayBe(Class<?> one, Class<?> other) {
		return ClassUtils.isAssignable(one, other) || ClassUtils.isAssignable(other, one)
				|| (one.isInterface() && !Modifier.isFinal(other.getModifiers()))
				|| (other.isInterface() && !Modifier.isFinal(one.getModifiers()));
	}

	@Nullable ListenedQueue listener(String name) {
		return this.listened.get(name);
	}

	boolean hasListeners() {
		return !this.listened.isEmpty();
	}

	int listeners() {
		return this.listened.size();
	}

	@Nullable ActorMethod canPublish(String name) {
		ActorMethod rule = this.canPublish.get(name);
		return (rule != null) ? rule : this.canPublish.get("");
	}

	/**
	 * Returns the queues that messages go to after their last attempt.
	 */
	boolean isDeadLetterQueue(String name) {
		return this.listened.values().stream().anyMatch((queue) -> queue.deadLetterQueue().equals(name));
	}

	/**
	 * Refuses a message that is none.
	 */
	void checkBody(String name, JsonNode body) {
		Queue queue = this.declared.get(name);
		if (queue == null || queue.body() == Object.class) {
			return;
		}
		Object message;
		try {
			message = this.wire.treeToValue(body, queue.body());
		}
		catch (JacksonException ex) {
			// not in Jackson's words, whose names of classes are no business of clients
			List<Object> path = Errors.path(ex);
			throw Errors.invalidMessage("invalid_payload", name, queue.body(), path,
					path.isEmpty() ? "got " + body.getNodeType().name().toLowerCase(Locale.ROOT)
							: "got something else at " + StringUtils.collectionToDelimitedString(path, "."));
		}
		checkConstraints("invalid_payload", name, queue.body(), message);
	}

	/**
	 * Refuses a reply that is none.
	 */
	void checkReply(String name, @Nullable Object reply) {
		Queue queue = this.declared.get(name);
		if (queue == null || queue.reply() == Object.class || reply == null) {
			return;
		}
		if (queue.reply() == void.class) {
			throw Errors.completeNotConfigured(name);
		}
		if (!ClassUtils.isAssignableValue(queue.reply(), reply)) {
			throw Errors.invalidMessage("invalid_completion_payload", name, queue.reply(), List.of(),
					"got " + reply.getClass().getSimpleName());
		}
		checkConstraints("invalid_completion_payload", name, queue.reply(), reply);
	}

	private void checkConstraints(String code, String name, Class<?> expected, @Nullable Object value) {
		List<Map<String, Object>> issues = (this.validator != null) ? this.validator.validate(List.of(), value)
				: List.of();
		if (!issues.isEmpty()) {
			throw Errors.invalidMessage(code, name, expected, "got one that violates constraints", issues);
		}
	}

}
