package dev.rivet.client;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

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
		JavaType returned = returnType(method);
		if (returned.hasRawClass(CompletionStage.class) || returned.hasRawClass(CompletableFuture.class)) {
			return this.calls.sendAsync(returned.containedTypeOrUnknown(0), method.getName(), given);
		}
		return this.calls.await(() -> this.calls.send(returned, method.getName(), given));
	}

	/**
	 * Returns what a method returns in the view, which may say what the type variables of
	 * the method's own interface are.
	 */
	private JavaType returnType(Method method) {
		TypeFactory types = this.calls.mapper.getTypeFactory();
		return types.resolveMemberType(method.getGenericReturnType(),
				types.constructType(this.api).findSuperType(method.getDeclaringClass()).getBindings());
	}

}
