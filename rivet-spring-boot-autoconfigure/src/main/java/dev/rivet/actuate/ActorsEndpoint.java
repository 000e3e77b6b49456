package dev.rivet.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
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
		return change(name, id, (actor) -> {
			boolean elsewhere = actor.startedAt() != null && actor.sleptAt() == null
					&& !this.runtime.administration().isAwake(id);
			return elsewhere ? CompletableFuture.failedFuture(new RivetException("actor", "restarting", "Elsewhere"))
					: this.runtime.administration().sleep(id);
		});
	}

	@DeleteOperation
	WebEndpointResponse<Void> destroy(@Selector String name, @Selector String id) {
		return change(name, id, (actor) -> this.runtime.administration().destroy(id));
	}

	private WebEndpointResponse<Void> change(String name, String id,
			Function<ActorRecord, CompletableFuture<@Nullable Void>> change) {
		try {
			Optional<ActorRecord> actor = this.runtime.records()
				.findAll(List.of(id))
				.stream()
				.filter((known) -> known.name().equals(name) && known.destroyedAt() == null)
				.findAny();
			if (actor.isEmpty()) {
				return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
			}
			change.apply(actor.get()).join();
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NO_CONTENT);
		}
		catch (CompletionException | RivetException ex) {
			if (isRefused(ex, "not_found")) {
				return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
			}
			if (isRefused(ex, "restarting")) {
				return new WebEndpointResponse<>(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
			}
			throw ex;
		}
	}

	private static boolean isRefused(Throwable failure, String code) {
		Throwable refusal = (failure instanceof CompletionException) ? failure.getCause() : failure;
		return refusal instanceof RivetException ex && ex.is("actor", code);
	}

	/**
	 * The names of actors.
	 *
	 * @param actors the actors by name
	 */
	record NamesDescriptor(Map<String, NameDescriptor> actors) implements OperationResponseBody {
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
	record ActorsDescriptor(List<ActorDescriptor> actors, @Nullable String cursor) implements OperationResponseBody {
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
