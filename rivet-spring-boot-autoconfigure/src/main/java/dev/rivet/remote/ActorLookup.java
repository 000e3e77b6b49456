package dev.rivet.remote;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;

import dev.rivet.actor.ActorKey;
import dev.rivet.client.ActorAddress;
import dev.rivet.client.RivetException;
import dev.rivet.protocol.CborText;
import dev.rivet.protocol.Peer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds and creates actors, and remembers the ids of those that somebody has a handle of.
 */
final class ActorLookup {

	private final Requests requests;

	private final String namespace;

	private final Map<ActorAddress, CompletableFuture<String>> known = Collections.synchronizedMap(new WeakHashMap<>());

	ActorLookup(Requests requests, String namespace) {
		this.requests = requests;
		this.namespace = namespace;
	}

	/**
	 * Returns an actor's id as it was when last asked for.
	 * @param actor the actor
	 * @return the id, or {@code null} if it was not asked for, or that failed
	 */
	@Nullable CompletableFuture<String> remembered(ActorAddress actor) {
		CompletableFuture<String> id = this.known.get(actor);
		return (id == null || id.isCompletedExceptionally()) ? null : id;
	}

	/**
	 * Asks for an actor's id.
	 * @param actor the actor
	 * @return its id; fails with a {@link RivetException}
	 */
	CompletableFuture<String> find(ActorAddress actor) {
		CompletableFuture<String> id = ask(actor);
		this.known.put(actor, id);
		return id;
	}

	/**
	 * Forgets an id that turned out to be wrong.
	 * @param actor the actor
	 * @param id its former id
	 */
	void forget(ActorAddress actor, CompletableFuture<String> id) {
		this.known.remove(actor, id);
	}

	CompletableFuture<String> create(String name, List<String> key, @Nullable JsonNode input) {
		return put("POST", name, key, input);
	}

	/**
	 * Destroys an actor.
	 * @param actor the actor, which is not created for that
	 * @return completes when it is done; fails with a {@link RivetException}
	 */
	CompletableFuture<@Nullable Void> destroy(ActorAddress actor) {
		this.known.remove(actor);
		return ask(actor.existing())
			.thenCompose((id) -> this.requests.manage("DELETE",
					"/actors/" + Requests.encode(id) + "?namespace=" + Requests.encode(this.namespace), null))
			.thenAccept((answer) -> {
			});
	}

	private CompletableFuture<String> ask(ActorAddress actor) {
		if (actor instanceof ActorAddress.OrCreated orCreated) {
			return put("PUT", orCreated.name(), orCreated.key(), orCreated.input());
		}
		if (actor instanceof ActorAddress.ByKey byKey) {
			return list("name=" + Requests.encode(byKey.name()) + "&key=" + Requests.encode(key(byKey.key())))
				.thenApply((actors) -> id(actors.path(0)));
		}
		ActorAddress.ById byId = (ActorAddress.ById) actor;
		return list("actor_ids=" + Requests.encode(byId.id())).thenApply((actors) -> {
			if (byId.name() != null && !byId.name().equals(actors.path(0).path("name").asString(null))) {
				throw notFound();
			}
			return id(actors.path(0));
		});
	}

	private CompletableFuture<String> put(String method, String name, List<String> key, @Nullable JsonNode input) {
		ObjectNode body = JsonNodeFactory.instance.objectNode()
			.put("name", name)
			.put("key", key(key))
			.put("runner_name_selector", "default")
			.put("crash_policy", "sleep");
		if (input != null) {
			body.put("input", CborText.encode(input, Peer.V2_1));
		}
		return this.requests.manage(method, "/actors?namespace=" + Requests.encode(this.namespace), body)
			.thenApply((answer) -> id(answer.path("actor")));
	}

	private CompletableFuture<JsonNode> list(String query) {
		return this.requests.manage("GET", "/actors?" + query + "&namespace=" + Requests.encode(this.namespace), null)
			.thenApply((answer) -> answer.path("actors"));
	}

	private static String key(List<String> parts) {
		return new ActorKey(parts).toString();
	}

	private static String id(JsonNode actor) {
		String id = actor.path("actor_id").asString(null);
		if (id == null) {
			throw notFound();
		}
		return id;
	}

	private static RivetException notFound() {
		return new RivetException("actor", "not_found", "The actor does not exist or was destroyed.");
	}

}
