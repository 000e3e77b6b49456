package dev.rivet.client;

import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A {@link RivetClient} over an {@link ActorTransport}.
 */
final class TransportRivetClient implements RivetClient {

	private final ActorTransport transport;

	private final ObjectMapper mapper;

	TransportRivetClient(ActorTransport transport, ObjectMapper mapper) {
		this.transport = transport;
		this.mapper = mapper;
	}

	@Override
	public ActorHandle getOrCreate(String name, List<String> key, ActorOptions options) {
		return handle(new ActorAddress.OrCreated(name, List.copyOf(key), tree(options.input())), options);
	}

	@Override
	public ActorHandle get(String name, List<String> key, ActorOptions options) {
		return handle(new ActorAddress.ByKey(name, List.copyOf(key)), options);
	}

	@Override
	public ActorHandle create(String name, List<String> key, ActorOptions options) {
		String id = this.transport.await(this.transport.create(name, List.copyOf(key), tree(options.input())));
		return getForId(name, id, options);
	}

	@Override
	public ActorHandle getForId(String name, String actorId, ActorOptions options) {
		return handle(new ActorAddress.ById(name, actorId), options);
	}

	private ActorHandle handle(ActorAddress actor, ActorOptions options) {
		return new TransportActorHandle(this.transport, this.mapper, actor, tree(options.parameters()));
	}

	private @Nullable JsonNode tree(@Nullable Object value) {
		return (value != null) ? this.mapper.valueToTree(value) : null;
	}

}
