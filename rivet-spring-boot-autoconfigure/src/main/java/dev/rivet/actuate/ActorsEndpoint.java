package dev.rivet.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

import dev.rivet.actor.ActorKey;
import dev.rivet.client.RivetException;
import dev.rivet.runtime.ActorRecords;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.store.ActorPage;
import dev.rivet.store.ActorRecord;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * Shows actors without waking them, puts them to sleep and destroys them.
 */
@WebEndpoint(id = "actors")
final class ActorsEndpoint {

	private static final int PAGE = 100;

	private final ActorRuntime runtime;

	ActorsEndpoint(ActorRuntime runtime) {
		this.runtime = runtime;
	}

	@ReadOperation
	NamesDescriptor names() {
		Map<String, NameDescriptor> names = new TreeMap<>();
		this.runtime.statistics().forEach((actors) -> names.put(actors.name(), new NameDescriptor(actors.awake())));
		return new NamesDescriptor(names);
	}

	@ReadOperation
	ActorsDescriptor actors(@Selector String name, @Nullable String key, @Nullable String cursor) {
		ActorRecords records = this.runtime.records();
		try {
			ActorPage page = (key != null)
					? new ActorPage(records.find(name, ActorKey.parse(key)).stream().toList(), null)
					: records.list(name, false, cursor, PAGE);
			return new ActorsDescriptor(page.actors().stream().map(ActorDescriptor::of).toList(), page.cursor());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEndpointRequestException("Not a key or cursor: " + ex.getMessage(), ex.getMessage());
		}
	}

	@WriteOperation
	WebEndpointResponse<Void> sleep(@Selector String name, @Selector String id) {
		return change(name, id, this.runtime.administration()::sleep);
	}

	@DeleteOperation
	WebEndpointResponse<Void> destroy(@Selector String name, @Selector String id) {
		return change(name, id, this.runtime.administration()::destroy);
	}

	private WebEndpointResponse<Void> change(String name, String id,
			Function<String, CompletableFuture<@Nullable Void>> change) {
		boolean known = this.runtime.records()
			.findAll(List.of(id))
			.stream()
			.anyMatch((actor) -> actor.name().equals(name) && actor.destroyedAt() == null);
		if (!known) {
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		}
		try {
			change.apply(id).join();
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NO_CONTENT);
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RivetException refusal && refusal.is("actor", "restarting")) {
				return new WebEndpointResponse<>(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
			}
			throw ex;
		}
	}

	/**
	 * The names of actors.
	 *
	 * @param actors the actors by name
	 */
	record NamesDescriptor(Map<String, NameDescriptor> actors) {
	}

	/**
	 * The actors of a name.
	 *
	 * @param awake how many of them are awake on this node
	 */
	record NameDescriptor(long awake) {
	}

	/**
	 * A page of actors.
	 *
	 * @param actors the actors
	 * @param cursor what to ask for the next page with, if there is one
	 */
	record ActorsDescriptor(List<ActorDescriptor> actors, @Nullable String cursor) {
	}

	/**
	 * An actor, on whichever node it is.
	 *
	 * @param id its id
	 * @param key its key
	 * @param createdAt when it was created
	 * @param startedAt when it was last started, if ever
	 * @param sleptAt when it fell asleep, if it sleeps
	 * @param error why its last start failed, as JSON, if it did
	 */
	record ActorDescriptor(String id, List<String> key, Instant createdAt, @Nullable Instant startedAt,
			@Nullable Instant sleptAt, @Nullable String error) {

		static ActorDescriptor of(ActorRecord actor) {
			return new ActorDescriptor(actor.id(), actor.key().parts(), actor.createdAt(), actor.startedAt(),
					actor.sleptAt(), actor.error());
		}

	}

}
