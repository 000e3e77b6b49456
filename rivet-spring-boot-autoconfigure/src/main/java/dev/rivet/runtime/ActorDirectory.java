package dev.rivet.runtime;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.rivet.actor.ActorKey;
import dev.rivet.client.ActorAddress;
import dev.rivet.client.RivetException;
import dev.rivet.store.ActorRecord;
import dev.rivet.store.ActorStore;
import dev.rivet.store.Claim;
import dev.rivet.store.Creation;
import dev.rivet.store.NewActor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Finds the activation that an address means. If there is none on this node, the actor is
 * looked up or created, and claimed; whatever is asked of it meanwhile is queued, in the
 * order of its arrival.
 */
final class ActorDirectory {

	private static final int MAX_SUCCESSORS = 5;

	private final ActorRuntime runtime;

	private final ActorTypes types;

	private final ActorStore store;

	private final Lookups lookups;

	private final ActorIds ids;

	private final Map<String, Activation> activations = new ConcurrentHashMap<>();

	private final Map<NamedKey, Activation> byKey = new ConcurrentHashMap<>();

	private final Arrivals<Unresolved, Creation> arrivals = new Arrivals<>();

	ActorDirectory(ActorRuntime runtime, ActorTypes types, ActorStore store, Lookups lookups, ActorIds ids) {
		this.runtime = runtime;
		this.types = types;
		this.store = store;
		this.lookups = lookups;
		this.ids = ids;
	}

	/**
	 * Returns what is in memory, as it is now and later.
	 */
	Collection<Activation> activations() {
		return this.activations.values();
	}

	@Nullable Activation activation(String id) {
		return this.activations.get(id);
	}

	/**
	 * Returns the activation that an address means, unless calls that came before still
	 * wait for its look-up.
	 */
	@Nullable Activation living(ActorAddress address) {
		if (address instanceof ActorAddress.ById byId) {
			return this.activations.get(byId.id());
		}
		Unresolved unresolved = unresolved(address);
		return this.arrivals.isExpected(unresolved) ? null : this.byKey.get(unresolved.key());
	}

	private static Unresolved unresolved(ActorAddress address) {
		if (address instanceof ActorAddress.ByKey byKey) {
			return new Unresolved(new NamedKey(byKey.name(), key(byKey.key())), false);
		}
		ActorAddress.OrCreated orCreated = (ActorAddress.OrCreated) address;
		return new Unresolved(new NamedKey(orCreated.name(), key(orCreated.key())), true);
	}

	/**
	 * Queues an entry for an actor, which is found or woken first.
	 */
	<T> void withActivation(ActorAddress address, CompletableFuture<T> result,
			Function<Activation, TurnQueue.Entry> entry) {
		try {
			Activation living = living(address);
			if (living != null && living.submit(entry.apply(living))) {
				return;
			}
			if (address instanceof ActorAddress.ById byId) {
				ActorRecords.requireKnowable(byId.id());
				submit(byId.id(), address, result, entry);
				return;
			}
			Unresolved unresolved = unresolved(address);
			Future<?> limit = this.runtime.schedule(() -> result.completeExceptionally(Errors.timedOut()),
					TimeUnit.NANOSECONDS.convert(this.types.actionTimeout(this.types.find(unresolved.key().name()))));
			this.arrivals.add(unresolved, () -> find(address)).whenComplete((found, failure) -> {
				limit.cancel(false);
				if (failure != null) {
					result.completeExceptionally(ErrorTranslators.translateReaching(failure));
				}
				else if (!result.isDone()) {
					submit(found.actor().id(), address, result, entry);
				}
			});
		}
		catch (RuntimeException ex) {
			result.completeExceptionally(ErrorTranslators.translateReaching(ex));
		}
	}

	/**
	 * Lets an entry for an actor that is created if need be find the next one if the one
	 * that it was queued for is destroyed before its turn comes.
	 */
	<T> Function<Activation, TurnQueue.Entry> orSuccessor(ActorAddress actor, CompletableFuture<T> result,
			Function<Activation, TurnQueue.Entry> entry) {
		return orSuccessor(actor, result, entry, MAX_SUCCESSORS);
	}

	private <T> Function<Activation, TurnQueue.Entry> orSuccessor(ActorAddress actor, CompletableFuture<T> result,
			Function<Activation, TurnQueue.Entry> entry, int successors) {
		if (successors == 0 || !(actor instanceof ActorAddress.OrCreated)) {
			return entry;
		}
		return (activation) -> {
			TurnQueue.Entry made = entry.apply(activation);
			made.orElse(() -> withActivation(actor, result, orSuccessor(actor, result, entry, successors - 1)));
			return made;
		};
	}

	private <T> void submit(String id, ActorAddress address, CompletableFuture<T> result,
			Function<Activation, TurnQueue.Entry> entry) {
		if (!this.runtime.isRunning()) {
			result.completeExceptionally(Errors.restarting());
			return;
		}
		try {
			Activation activation = this.activations.get(id);
			if (activation == null) {
				activation = activate(id, this.store::claim);
			}
			if (!activation.submit(entry.apply(activation))) {
				succeed(activation);
				withActivation(address, result, entry);
			}
		}
		catch (RuntimeException ex) {
			result.completeExceptionally(ErrorTranslators.translateReaching(ex));
		}
	}

	/**
	 * Queues an entry for an actor that slept or moved.
	 */
	void submit(String id, CompletableFuture<?> result, Function<Activation, TurnQueue.Entry> entry) {
		submit(id, new ActorAddress.ById(null, id), result, entry);
	}

	/**
	 * Lets an actor be claimed anew once its closed activation has ended.
	 */
	private void succeed(Activation closed) {
		Activation successor = new Activation(this.runtime, closed.id());
		if (this.activations.replace(closed.id(), closed, successor)) {
			closed.ended().thenRun(() -> claim(successor, this.store::claim));
		}
	}

	/**
	 * Wakes an actor on the calling thread, which has nothing to do but wait for it.
	 * @return its activation, or {@code null} if it has to be found first
	 */
	@Nullable Activation wakeHere(ActorAddress address) {
		if (!(address instanceof ActorAddress.ById byId) || !ActorRecords.isKnowable(byId.id())) {
			return null;
		}
		return activate(byId.id(), this.store::claimHere);
	}

	/**
	 * Returns an actor's activation, and has it claimed if there was none.
	 */
	private Activation activate(String id, Function<String, CompletableFuture<Claim>> claiming) {
		Activation made = new Activation(this.runtime, id);
		Activation living = this.activations.putIfAbsent(id, made);
		if (living != null) {
			return living;
		}
		claim(made, claiming);
		return made;
	}

	private void claim(Activation activation, Function<String, CompletableFuture<Claim>> claiming) {
		claiming.apply(activation.id()).whenComplete((claim, failure) -> {
			if (failure != null) {
				activation.refused(Errors.of(StoreErrors.of(failure)));
			}
			else {
				this.byKey.put(new NamedKey(claim.actor().name(), claim.actor().key()), activation);
				activation.claimed(claim);
			}
		});
	}

	/**
	 * Finds an actor, creating it if the address says so.
	 * @param address which actor
	 * @return the actor; fails with {@code actor/not_found}
	 */
	CompletableFuture<Creation> find(ActorAddress address) {
		if (address instanceof ActorAddress.ById byId) {
			ActorRecords.requireKnowable(byId.id());
			return this.lookups.start(() -> ActorRecords.known(() -> this.store.find(byId.id()))
				.filter((actor) -> actor.destroyedAt() == null && isNamed(actor, byId.name()))
				.map((actor) -> new Creation(actor, false))
				.orElseThrow(Errors::actorNotFound));
		}
		if (address instanceof ActorAddress.ByKey byKey) {
			ActorKey key = key(byKey.key());
			ActorRecords.requireKnowable(byKey.name());
			return this.lookups.start(() -> ActorRecords.known(() -> this.store.find(byKey.name(), key))
				.map((actor) -> new Creation(actor, false))
				.orElseThrow(Errors::actorNotFound));
		}
		ActorAddress.OrCreated orCreated = (ActorAddress.OrCreated) address;
		ActorKey key = key(orCreated.key());
		this.types.get(orCreated.name());
		return this.lookups.start(() -> ActorRecords.known(() -> this.store.find(orCreated.name(), key)))
			.thenCompose((found) -> found.map((actor) -> existing(actor, true))
				.orElseGet(() -> create(orCreated.name(), key, orCreated.input(),
						Objects.requireNonNullElse(orCreated.crashPolicy(), ActorAdministration.DEFAULT_CRASH_POLICY),
						true)));
	}

	private static boolean isNamed(ActorRecord actor, @Nullable String name) {
		return name == null || actor.name().equals(name);
	}

	static ActorKey key(List<String> parts) {
		try {
			return new ActorKey(parts);
		}
		catch (IllegalArgumentException ex) {
			throw Errors.invalidRequest(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Creates an actor.
	 * @param name the name
	 * @param key the key
	 * @param input the input for its creation, if any
	 * @param crashPolicy {@code sleep}, {@code restart} or {@code destroy}
	 * @param orGet whether an existing actor is the answer; otherwise it is the error
	 * {@code actor/duplicate_key}
	 * @return what came of it
	 */
	CompletableFuture<Creation> create(String name, ActorKey key, @Nullable JsonNode input, String crashPolicy,
			boolean orGet) {
		if (!this.runtime.isRunning()) {
			return CompletableFuture.failedFuture(Errors.restarting());
		}
		this.types.get(name);
		Activation living = this.byKey.get(new NamedKey(name, key));
		if (living != null && living.isClaimed()) {
			return existing(living.record(), orGet);
		}
		String id = this.ids.next();
		NewActor actor = new NewActor(id, name, key, writeInput(input), crashPolicy, this.runtime.clock().instant());
		Activation activation = new Activation(this.runtime, id);
		this.activations.put(id, activation);
		return this.store.create(actor).handle((creation, failure) -> {
			if (failure != null) {
				RivetException error = Errors.of(StoreErrors.of(failure));
				activation.refused(error);
				throw error;
			}
			if (!creation.created()) {
				activation.refused(Errors.restarting());
				if (!orGet) {
					throw Errors.duplicateKey(name, key);
				}
				return creation;
			}
			this.byKey.put(new NamedKey(name, key), activation);
			activation.claimed(new Claim(creation.actor(), 1, 0, actor.input(), null, null, false, Map.of()));
			if (startsAtOnce(this.types.get(name))) {
				activation.wake();
			}
			return creation;
		});
	}

	private byte @Nullable [] writeInput(@Nullable JsonNode input) {
		return (input != null) ? this.runtime.inputs().write(input) : null;
	}

	private static boolean startsAtOnce(ActorType type) {
		return type.lifecycle().onCreate() != null || !type.jobs().isEmpty();
	}

	private static CompletableFuture<Creation> existing(ActorRecord actor, boolean orGet) {
		return orGet ? CompletableFuture.completedFuture(new Creation(actor, false))
				: CompletableFuture.failedFuture(Errors.duplicateKey(actor.name(), actor.key()));
	}

	/**
	 * Notes that an activation takes nothing on any more. Until it has ended, whatever
	 * follows it has to wait.
	 */
	void closed(Activation activation) {
		if (activation.isClaimed()) {
			this.byKey.remove(new NamedKey(activation.record().name(), activation.record().key()), activation);
		}
	}

	/**
	 * Forgets an activation: nothing of it is written any more.
	 */
	void remove(Activation activation) {
		this.activations.remove(activation.id(), activation);
	}

	/**
	 * What is unique among living actors.
	 */
	private record NamedKey(String name, ActorKey key) {
	}

	/**
	 * An address that is looked up.
	 */
	private record Unresolved(NamedKey key, boolean orCreated) {
	}

}
