package dev.rivet.runtime;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import dev.rivet.actor.ActorKey;
import dev.rivet.client.RivetException;
import dev.rivet.store.ActorPage;
import dev.rivet.store.ActorRecord;
import dev.rivet.store.ActorStore;
import dev.rivet.store.Bytes;
import dev.rivet.store.RowRange;
import dev.rivet.store.StoreException;
import dev.rivet.store.Table;
import org.jspecify.annotations.Nullable;

/**
 * What is known of actors, on whichever node they are. Reading it wakes none.
 */
public final class ActorRecords {

	private static final int MAX_ID_LENGTH = 64;

	private final ActorStore store;

	ActorRecords(ActorStore store) {
		this.store = store;
	}

	/**
	 * Reads what is known of actors; destroyed ones are among them.
	 * @param actorIds their ids
	 * @return those that exist
	 */
	public List<ActorRecord> findAll(List<String> actorIds) {
		return known(() -> this.store.findAll(actorIds.stream().filter(ActorRecords::isKnowable).toList()));
	}

	/**
	 * Reads what is committed of an actor's key-value data.
	 * @param actorId its id
	 * @param key the key
	 * @return the value, if there is one
	 * @throws RivetException {@code actor/not_found}
	 */
	public Optional<byte[]> readValue(String actorId, byte[] key) {
		if (findAll(List.of(actorId)).stream().noneMatch((actor) -> actor.destroyedAt() == null)) {
			throw Errors.actorNotFound();
		}
		return known(() -> this.store.rows(actorId, RowRange.of(Table.VALUE, List.of(new Bytes(key))))).stream()
			.findAny()
			.map((row) -> row.bytes(0));
	}

	/**
	 * Reads what is known of the living actor that has a name and key.
	 * @param name the name
	 * @param key the key
	 * @return the actor, if there is one
	 */
	public Optional<ActorRecord> find(String name, ActorKey key) {
		return isKnowable(name) ? known(() -> this.store.find(name, key)) : Optional.empty();
	}

	/**
	 * Reads what is known of all actors that have or had a name and key.
	 * @param name the name
	 * @param key the key
	 * @param limit the largest number of actors
	 * @return the newest of them, in the order of their age
	 */
	public List<ActorRecord> findAll(String name, ActorKey key, int limit) {
		return isKnowable(name) ? known(() -> this.store.findAll(name, key, limit)) : List.of();
	}

	/**
	 * Lists actors by name.
	 * @param name the actors' name
	 * @param includeDestroyed whether destroyed actors are listed too
	 * @param cursor the cursor of the page before, or {@code null} for the first page
	 * @param limit the largest number of actors on the page
	 * @return a page
	 */
	public ActorPage list(String name, boolean includeDestroyed, @Nullable String cursor, int limit) {
		return isKnowable(name) ? known(() -> this.store.list(name, includeDestroyed, cursor, limit))
				: new ActorPage(List.of(), null);
	}

	static void requireKnowable(String idOrName) {
		if (!isKnowable(idOrName)) {
			throw Errors.actorNotFound();
		}
	}

	/**
	 * Ids and names are visible ASCII; the database need not be asked for others, which
	 * some of them refuse.
	 */
	static boolean isKnowable(String idOrName) {
		return idOrName.length() <= MAX_ID_LENGTH && idOrName.chars().allMatch((c) -> c > ' ' && c < 127);
	}

	static <T> T known(Supplier<T> read) {
		try {
			return read.get();
		}
		catch (StoreException ex) {
			throw Errors.of(ex);
		}
	}

}
