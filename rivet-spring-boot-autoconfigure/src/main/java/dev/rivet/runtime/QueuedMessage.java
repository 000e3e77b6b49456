package dev.rivet.runtime;

import java.time.Instant;

import dev.rivet.store.Row;
import dev.rivet.store.Table;

/**
 * A message as it is stored.
 *
 * @param id its number
 * @param name the name of the queue
 * @param body what was sent
 * @param createdAt when
 * @param retries how often it was received without being completed
 * @param nextTryAt when it may be received
 */
record QueuedMessage(long id, String name, byte[] body, Instant createdAt, int retries, Instant nextTryAt) {

	static QueuedMessage of(Row row) {
		return new QueuedMessage((Long) row.id().key(), row.text(0), row.bytes(1), Instant.ofEpochMilli(row.number(2)),
				(int) row.number(3), Instant.ofEpochMilli(row.number(4)));
	}

	QueuedMessage retried(Instant at) {
		return new QueuedMessage(this.id, this.name, this.body, this.createdAt, this.retries + 1, at);
	}

	QueuedMessage postponed(Instant at) {
		return new QueuedMessage(this.id, this.name, this.body, this.createdAt, this.retries, at);
	}

	Row row() {
		return Row.of(Table.MESSAGE, this.id, this.name, this.body, this.createdAt.toEpochMilli(), this.retries,
				this.nextTryAt.toEpochMilli());
	}

	Row deleted() {
		return Row.deleted(Table.MESSAGE, this.id);
	}

}
