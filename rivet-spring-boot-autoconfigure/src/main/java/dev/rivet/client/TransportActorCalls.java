package dev.rivet.client;

import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.Assert;

/**
 * {@link ActorCalls} whose values travel as trees.
 */
abstract class TransportActorCalls implements ActorCalls {

	final ActorTransport transport;

	final ObjectMapper mapper;

	final ActorAddress actor;

	TransportActorCalls(ActorTransport transport, ObjectMapper mapper, ActorAddress actor) {
		this.transport = transport;
		this.mapper = mapper;
		this.actor = actor;
	}

	abstract CompletableFuture<JsonNode> send(String action, ArrayNode args);

	@Override
	public <T extends @Nullable Object> T call(Class<T> type, String action, @Nullable Object... args) {
		return await(send(type, action, args));
	}

	@Override
	public <T extends @Nullable Object> T call(ParameterizedTypeReference<T> type, String action,
			@Nullable Object... args) {
		return await(send(type.getType(), action, args));
	}

	@Override
	public <T extends @Nullable Object> CompletableFuture<T> callAsync(Class<T> type, String action,
			@Nullable Object... args) {
		return sendAsync(type, action, args);
	}

	@Override
	public <T extends @Nullable Object> CompletableFuture<T> callAsync(ParameterizedTypeReference<T> type,
			String action, @Nullable Object... args) {
		return sendAsync(type.getType(), action, args);
	}

	@Override
	public <T> T as(Class<T> api) {
		Assert.isTrue(api.isInterface(), () -> "Type " + api.getName() + " must be an interface");
		return api.cast(Proxy.newProxyInstance(api.getClassLoader(), new Class<?>[] { api },
				new ActorProxy(this, api, this.actor)));
	}

	<T extends @Nullable Object> T await(CompletableFuture<T> result) {
		return this.transport.await(result);
	}

	<T extends @Nullable Object> CompletableFuture<T> sendAsync(Type type, String action, @Nullable Object... args) {
		CompletableFuture<T> result = send(type, action, args);
		return result.whenCompleteAsync((value, failure) -> {
		}, this.transport.callbacks());
	}

	<T extends @Nullable Object> CompletableFuture<T> send(Type type, String action, @Nullable Object... args) {
		ArrayNode tree = this.mapper.createArrayNode();
		for (Object arg : args) {
			tree.add(this.mapper.<JsonNode>valueToTree(arg));
		}
		JavaType resultType = this.mapper.constructType(type);
		return send(action, tree).thenApply((result) -> result(result, resultType));
	}

	@SuppressWarnings("NullAway") // does not know of nullable type variables
	private <T extends @Nullable Object> T result(JsonNode result, JavaType type) {
		if (type.hasRawClass(void.class) || type.hasRawClass(Void.class)) {
			return null;
		}
		return this.mapper.treeToValue(result, type);
	}

}
