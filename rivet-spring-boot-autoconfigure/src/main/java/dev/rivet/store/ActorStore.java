package dev.rivet.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.rivet.actor.ActorKey;
import org.jspecify.annotations.Nullable;

/**
 * What is persisted of actors. Writes are asynchronous and grouped: whatever waits is
 * committed in one transaction. Futures complete on a thread of the store in the order in
 * which the operations were handed over, exceptionally with a {@link StoreException}; the
 * thread must not be held up. Those of operations that were written on the caller's own
 * thread are done when they are returned. Reads block the caller and see what is
 * committed; they throw a {@link StoreException} if the database cannot be read.
 */
public interface ActorStore {

	/**
	 * Creates an actor owned by this node, unless a living actor has its name and key.
	 * @param actor the actor
	 * @return what came of it
	 */
	CompletableFuture<Creation> create(NewActor actor);

	/**
	 * Makes this node the owner of an actor with a higher epoch than any before, and
	 * marks it as started.
	 * @param actorId the actor's id
	 * @return the claimed actor; fails for {@link StoreException.Reason#NOT_FOUND
	 * NOT_FOUND} and {@link StoreException.Reason#OWNED_ELSEWHERE OWNED_ELSEWHERE}
	 */
	CompletableFuture<Claim> claim(String actorId);

	/**
	 * {@linkplain #claim Claims} an actor for a caller that has nothing to do but wait
	 * for it: on the calling thread if no other write is under way.
	 * @param actorId the actor's id
	 * @return the claimed actor
	 */
	CompletableFuture<Claim> claimHere(String actorId);

	/**
	 * Commits a change set. The next one of the actor must not be handed over before this
	 * one is done, because it may build on what fails here. After a failure with any
	 * reason but {@link StoreException.Reason#REJECTED REJECTED} and
	 * {@link StoreException.Reason#UNAVAILABLE UNAVAILABLE} the actor has to be claimed
	 * anew.
	 * @param changes the changes
	 * @return completes when they are durable
	 */
	CompletableFuture<@Nullable Void> commit(ChangeSet changes);

	/**
	 * {@linkplain #commit Commits} a change set for a caller that has nothing to do but
	 * wait for it: on the calling thread if no other write is under way.
	 * @param changes the changes
	 * @return completes when they are durable
	 */
	CompletableFuture<@Nullable Void> commitHere(ChangeSet changes);

	/**
	 * Writes a change set within the transaction bound to the current thread, whose
	 * outcome is then the outcome of the change set. No other change set of the actor may
	 * be on its way.
	 * @param changes the changes
	 * @throws StoreException if the actor has a higher epoch by now
	 */
	void join(ChangeSet changes);

	/**
	 * Learns the outcome of a change set whose commit got lost.
	 * @param changes the changes
	 * @return whether they are durable; fails for
	 * {@link StoreException.Reason#OUTCOME_UNKNOWN OUTCOME_UNKNOWN} if that cannot be
	 * learnt in time
	 */
	CompletableFuture<Boolean> isCommitted(ChangeSet changes);

	/**
	 * Returns whether this node may still answer for the actors that it owns: its lease
	 * has not run out.
	 */
	boolean isOwnershipValid();

	/**
	 * Reads rows of an actor.
	 * @param actorId the actor's id
	 * @param range which rows
	 * @return the rows in the order of the range
	 */
	List<Row> rows(String actorId, RowRange range);

	/**
	 * Finds actors that have to wake and that no other living node owns.
	 * @param until only those that have to wake until then
	 * @param after only those behind this one, or {@code null} for the first
	 * @param limit the largest number of them
	 * @param owned whether those that this node owns are among them
	 * @return the alarms, the earliest first
	 */
	List<Alarm> alarms(Instant until, @Nullable Alarm after, int limit, boolean owned);

	Optional<ActorRecord> find(String actorId);

	Optional<ActorRecord> find(String name, ActorKey key);

	List<ActorRecord> findAll(Collection<String> actorIds);

	/**
	 * Finds all actors that have or had a name and key.
	 * @param name the name
	 * @param key the key
	 * @param limit the largest number of actors
	 * @return the newest of them, in the order of their age
	 */
	List<ActorRecord> findAll(String name, ActorKey key, int limit);

	/**
	 * Lists actors by name.
	 * @param name the actors' name
	 * @param includeDestroyed whether destroyed actors are listed too
	 * @param cursor the cursor of the page before, or {@code null} for the first page
	 * @param limit the largest number of actors on the page
	 * @return a page
	 */
	ActorPage list(String name, boolean includeDestroyed, @Nullable String cursor, int limit);

}
