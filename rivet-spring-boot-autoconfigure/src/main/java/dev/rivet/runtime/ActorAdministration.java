package dev.rivet.runtime;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.rivet.actor.ActorKey;
import dev.rivet.client.ActorAddress;
import dev.rivet.store.Creation;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is done with actors from outside, without calling them.
 */
public final class ActorAdministration {

	/**
	 * What becomes of a crashed actor if its creator did not say.
	 */
	public static final String DEFAULT_CRASH_POLICY = "sleep";

	/**
	 * What may become of a crashed actor.
	 */
	public static final Set<String> CRASH_POLICIES = Set.of(DEFAULT_CRASH_POLICY, "restart", "destroy");

	private final ActorDirectory directory;

	private final Alarms alarms;

	ActorAdministration(ActorDirectory directory, Alarms alarms) {
		this.directory = directory;
		this.alarms = alarms;
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
	public CompletableFuture<Creation> create(String name, ActorKey key, @Nullable JsonNode input, String crashPolicy,
			boolean orGet) {
		return this.directory.create(name, key, input, crashPolicy, orGet);
	}

	/**
	 * Destroys an actor.
	 * @param actorId its id
	 * @return completes when that is durable; fails with {@code actor/not_found}
	 */
	public CompletableFuture<@Nullable Void> destroy(String actorId) {
		CompletableFuture<@Nullable Void> destroyed = new CompletableFuture<>();
		Destruction.submit(this.directory, actorId, true, destroyed);
		return destroyed;
	}

	/**
	 * Lets an actor sleep as soon as nothing of it runs. One that sleeps already sleeps
	 * on.
	 * @param actorId its id
	 * @return completes when it is known that there is such an actor; fails with
	 * {@code actor/not_found}
	 */
	public CompletableFuture<@Nullable Void> sleep(String actorId) {
		Activation activation = this.directory.activation(actorId);
		if (activation != null) {
			activation.askSleep();
			return CompletableFuture.completedFuture(null);
		}
		return this.directory.find(new ActorAddress.ById(null, actorId)).thenAccept((found) -> {
		});
	}

	/**
	 * Lets an actor sleep as soon as nothing of it runs.
	 * @param actorId its id
	 * @return completes when it sleeps, with everything written
	 */
	public CompletableFuture<@Nullable Void> fallAsleep(String actorId) {
		Activation activation = this.directory.activation(actorId);
		return (activation != null) ? activation.askSleep() : CompletableFuture.completedFuture(null);
	}

	/**
	 * Wakes an actor, unless it is awake.
	 * @param actorId its id
	 * @return completes when it is awake; fails if it cannot be started
	 */
	public CompletableFuture<@Nullable Void> wake(String actorId) {
		CompletableFuture<@Nullable Void> awake = new CompletableFuture<>();
		this.directory.submit(actorId, awake,
				(activation) -> new RunnableTurn(activation, (turn) -> new Completion(awake, (cause) -> cause),
						(turn, failure) -> awake.completeExceptionally(failure)));
		return awake;
	}

	/**
	 * Lets all actors do what is due by now, as the clock says.
	 * @return completes when it is done and durable
	 */
	public CompletableFuture<?> runDue() {
		return this.alarms.wakeDue()
			.thenCompose((awake) -> CompletableFuture.allOf(List.copyOf(this.directory.activations())
				.stream()
				.map(Activation::runDue)
				.toArray(CompletableFuture[]::new)));
	}

	/**
	 * Returns whether an actor is awake on this node.
	 * @param actorId its id
	 * @return whether it is
	 */
	public boolean isAwake(String actorId) {
		Activation activation = this.directory.activation(actorId);
		return activation != null && !activation.isClosed();
	}

	/**
	 * Drops an actor as it is, as if its process had crashed; nothing of it runs any
	 * more.
	 * @param actorId its id
	 */
	public void crash(String actorId) {
		Activation activation = this.directory.activation(actorId);
		if (activation != null) {
			activation.crash();
		}
	}

}
