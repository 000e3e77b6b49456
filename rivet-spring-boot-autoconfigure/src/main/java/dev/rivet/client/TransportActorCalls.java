package dev.rivet.client;

import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
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
		return await(() -> send(type, action, args));
	}

	@Override
	public <T extends @Nullable Object> T call(ParameterizedTypeReference<T> type, String action,
			@Nullable Object... args) {
		return await(() -> send(type.getType(), action, args));
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

	<T extends @Nullable Object> T await(Supplier<CompletableFuture<T>> request) {
		return this.transport.await(request);
	}

	<T extends @Nullable Object> CompletableFuture<T> sendAsync(Type type, String action, @Nullable Object... args) {
		CompletableFuture<JsonNode> reply = reply(action, args);
		CompletableFuture<T> result = onCallbacks(this.<T>result(reply, type));
		result.whenComplete((value, failure) -> giveUp(reply));
		return result;
	}

	/**
	 * Lets what follows a result run on the threads for callbacks.
	 */
	<T extends @Nullable Object> CompletableFuture<T> onCallbacks(CompletableFuture<T> result) {
		return result.whenCompleteAsync((value, failure) -> {
		}, this.transport.callbacks());
	}

	<T extends @Nullable Object> CompletableFuture<T> send(Type type, String action, @Nullable Object... args) {
		return result(reply(action, args), type);
	}

	/**
	 * Notes that nobody waits for a reply any more.
	 */
	void giveUp(CompletableFuture<JsonNode> reply) {
	}

	private CompletableFuture<JsonNode> reply(String action, @Nullable Object... args) {
		ArrayNode tree = this.mapper.createArrayNode();
		try {
			for (Object arg : args) {
				tree.add(this.mapper.<JsonNode>valueToTree(arg));
			}
		}
		catch (JacksonException ex) {
			return CompletableFuture.failedFuture(failed("invalid_arguments", "The arguments cannot be sent", ex));
		}
		return send(action, tree);
	}

	private <T extends @Nullable Object> CompletableFuture<T> result(CompletableFuture<JsonNode> reply, Type type) {
		JavaType resultType = this.mapper.constructType(type);
		return reply.thenApply((result) -> result(result, resultType));
	}

	@SuppressWarnings("NullAway") // does not know of nullable type variables
	private <T extends @Nullable Object> T result(JsonNode result, JavaType type) {
		if (type.hasRawClass(void.class) || type.hasRawClass(Void.class)) {
			return null;
		}
		try {
			return this.mapper.treeToValue(result, type);
		}
		catch (JacksonException ex) {
			throw failed("invalid_result", "The result is not of type " + type.toCanonical(), ex);
		}
	}

	static RivetException failed(String code, String message, JacksonException cause) {
		RivetException error = new RivetException("client", code, message + ": " + cause.getOriginalMessage());
		error.initCause(cause);
		return error;
	}

}
