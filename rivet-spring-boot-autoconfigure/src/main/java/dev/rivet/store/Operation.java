package dev.rivet.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.rivet.store.StoreException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Something that waits to be written: one statement about one actor. It can be repeated
 * without taking effect twice, which is how the outcome of a lost commit is learnt. What
 * came of it is set by the writer and told to the waiting on another thread.
 *
 * @param <T> the type of the result
 */
abstract class Operation<T extends @Nullable Object> {

	final CompletableFuture<T> future = new CompletableFuture<>();

	private boolean inDoubt;

	private @Nullable Runnable outcome;

	/**
	 * The actor that it is about.
	 */
	abstract String actorId();

	/**
	 * The statement that writes it.
	 */
	abstract String sql(Database database);

	/**
	 * Sets the parameters of the statement.
	 */
	abstract void bind(PreparedStatement statement, String node) throws SQLException;

	/**
	 * What else is written in the same transaction once the statement has changed a row.
	 */
	List<RowStatement> followers(Database database, String node) {
		return List.of();
	}

	/**
	 * Returns whether a power failure may undo it.
	 */
	boolean mayGoUnsynced(Database database) {
		return false;
	}

	/**
	 * Settles the operation after its statement was committed and changed a row.
	 * @param session where to look closer
	 */
	abstract void written(Session session) throws SQLException;

	/**
	 * Settles the operation after its statement was committed and changed no row, or
	 * leaves it open to be repeated.
	 * @param session where to look closer
	 */
	abstract void unwritten(Session session) throws SQLException;

	/**
	 * Looks within the transaction whether the statement has changed a row, for drivers
	 * that do not say.
	 * @param session where to look
	 */
	boolean isWritten(Session session) throws SQLException {
		return false;
	}

	/**
	 * Settles the operation if it was committed.
	 * @param session where to look
	 */
	void recheck(Session session) throws SQLException {
	}

	final void succeed(@Nullable T result) {
		this.outcome = () -> this.future.complete(result);
	}

	final void fail(Reason reason, String message, @Nullable Throwable cause) {
		StoreException failure = new StoreException(reason, message, cause);
		this.outcome = () -> this.future.completeExceptionally(failure);
	}

	/**
	 * Remembers that the statement was sent and may have been committed.
	 */
	void doubt() {
		this.inDoubt = true;
	}

	boolean isInDoubt() {
		return this.inDoubt;
	}

	boolean isSettled() {
		return this.outcome != null;
	}

	/**
	 * Tells the waiting.
	 */
	void complete() {
		if (this.outcome != null) {
			this.outcome.run();
		}
	}

}
