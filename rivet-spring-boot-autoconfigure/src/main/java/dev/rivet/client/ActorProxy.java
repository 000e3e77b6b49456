package dev.rivet.client;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * Turns the method calls on a typed view of an actor into calls of its actions.
 */
final class ActorProxy implements InvocationHandler {

	private static final Object[] NO_ARGS = {};

	private final TransportActorCalls calls;

	private final Class<?> api;

	private final ActorAddress actor;

	ActorProxy(TransportActorCalls calls, Class<?> api, ActorAddress actor) {
		this.calls = calls;
		this.api = api;
		this.actor = actor;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
		Object[] given = (args != null) ? args : NO_ARGS;
		if (ReflectionUtils.isObjectMethod(method)) {
			return switch (method.getName()) {
				case "equals" -> proxy == given[0];
				case "hashCode" -> System.identityHashCode(proxy);
				default -> this.api.getSimpleName() + " view of " + this.actor;
			};
		}
		if (method.isDefault()) {
			return MethodHandles.privateLookupIn(method.getDeclaringClass(), MethodHandles.lookup())
				.unreflectSpecial(method, method.getDeclaringClass())
				.bindTo(proxy)
				.invokeWithArguments(given);
		}
		ResolvableType returned = ResolvableType.forMethodReturnType(method, this.api);
		if (returned.toClass().isAssignableFrom(java.util.concurrent.CompletableFuture.class)
				&& CompletionStage.class.isAssignableFrom(returned.toClass())) {
			return this.calls.sendAsync(resultType(returned.as(CompletionStage.class).getGeneric()), method.getName(),
					given);
		}
		return this.calls.await(this.calls.send(resultType(returned), method.getName(), given));
	}

	private static Type resultType(ResolvableType type) {
		return (type != ResolvableType.NONE) ? type.getType() : Object.class;
	}

}
