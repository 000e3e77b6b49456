package dev.rivet.runtime;

import java.util.Arrays;
import java.util.Objects;

import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * An action with its arguments.
 *
 * @param action the name of the action
 * @param args the arguments
 * @param wire the mapper for results
 */
record ActionInvocation(String action, ArrayNode args, ObjectMapper wire) implements Invocation<JsonNode> {

	@Override
	public @Nullable ActorMethod method(ActorType type) {
		return type.actions().get(this.action);
	}

	@Override
	public RivetException notFound() {
		return Errors.actionNotFound(this.action);
	}

	@Override
	public @Nullable Object invoke(@Nullable ActorMethod method, Activation activation, LiveConnection connection)
			throws Throwable {
		return Objects.requireNonNull(method)
			.invoke(activation.bean(), method.bind(this.args, activation.context(), connection, null));
	}

	@Override
	public @Nullable Object beforeResponse(@Nullable Object result, Activation activation, LiveConnection connection)
			throws Throwable {
		ActorMethod hook = activation.type().lifecycle().onBeforeActionResponse();
		if (hook == null) {
			return result;
		}
		Object replaced = hook.invoke(activation.bean(),
				hook.bind(Arrays.asList(this.action, result), activation.context(), connection, null));
		return (hook.method().getReturnType() != void.class) ? replaced : result;
	}

	@Override
	public JsonNode answer(@Nullable Object result) {
		return this.wire.valueToTree(result);
	}

	@Override
	public String toString() {
		return "Action '" + this.action + "'";
	}

}
