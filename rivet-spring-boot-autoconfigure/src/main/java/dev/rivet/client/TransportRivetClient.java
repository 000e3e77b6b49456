package dev.rivet.client;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A {@link RivetClient} over an {@link ActorTransport}.
 */
final class TransportRivetClient implements RivetClient {

	private final ActorTransport transport;

	private final ObjectMapper mapper;

	private final Set<ActorConnection> connections = ConcurrentHashMap.newKeySet();

	TransportRivetClient(ActorTransport transport, ObjectMapper mapper) {
		this.transport = transport;
		this.mapper = mapper;
	}

	@Override
	public ActorHandle getOrCreate(String name, List<String> key, ActorOptions options) {
		return handle(new ActorAddress.OrCreated(name, List.copyOf(key), tree("input", options.input())), options);
	}

	@Override
	public ActorHandle get(String name, List<String> key, ActorOptions options) {
		return handle(new ActorAddress.ByKey(name, List.copyOf(key)), options);
	}

	@Override
	public ActorHandle create(String name, List<String> key, ActorOptions options) {
		JsonNode input = tree("input", options.input());
		String id = this.transport.await(() -> this.transport.create(name, List.copyOf(key), input));
		return getForId(name, id, options);
	}

	@Override
	public ActorHandle getForId(String name, String actorId, ActorOptions options) {
		return handle(new ActorAddress.ById(name, actorId), options);
	}

	private ActorHandle handle(ActorAddress actor, ActorOptions options) {
		return new TransportActorHandle(this, actor, tree("parameters", options.parameters()));
	}

	ActorConnection connect(ActorAddress actor, @Nullable JsonNode parameters) {
		TransportActorConnection connection = new TransportActorConnection(this.transport, this.mapper, actor,
				parameters, this.connections::remove);
		this.connections.add(connection);
		connection.open();
		return connection;
	}

	@Override
	public void close() {
		this.connections.forEach(ActorConnection::close);
		this.transport.close();
	}

	ActorTransport transport() {
		return this.transport;
	}

	ObjectMapper mapper() {
		return this.mapper;
	}

	private @Nullable JsonNode tree(String what, @Nullable Object value) {
		try {
			return (value != null) ? this.mapper.valueToTree(value) : null;
		}
		catch (JacksonException ex) {
			throw TransportActorCalls.failed("invalid_arguments", "The %s cannot be sent".formatted(what), ex);
		}
	}

}
