package dev.rivet.store;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Where a page of actors begins: after the actor created at that time with that id.
 *
 * @param createdAt milliseconds since the epoch
 * @param id the actor's id
 */
record PageStart(long createdAt, String id) {

	static PageStart after(ActorRecord actor) {
		return new PageStart(actor.createdAt().toEpochMilli(), actor.id());
	}

	static PageStart parse(@Nullable String cursor) {
		if (cursor == null) {
			return new PageStart(Long.MAX_VALUE, "");
		}
		int separator = cursor.indexOf('.');
		Assert.isTrue(separator > 0, () -> "Not a cursor: " + cursor);
		return new PageStart(Long.parseLong(cursor.substring(0, separator)), cursor.substring(separator + 1));
	}

	@Override
	public String toString() {
		return this.createdAt + "." + this.id;
	}

}
