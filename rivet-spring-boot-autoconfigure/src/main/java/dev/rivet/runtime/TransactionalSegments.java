package dev.rivet.runtime;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Writes what a {@code @Transactional} action has changed within its own transaction, if
 * that is one on the {@link DataSource} of the actors, so that both are committed or
 * neither.
 */
public final class TransactionalSegments implements TransactionExecutionListener {

	private final DataSource dataSource;

	/**
	 * Creates a listener, to be added to the application's transaction managers.
	 * @param dataSource where actors are kept
	 */
	public TransactionalSegments(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	@Override
	public void afterBegin(TransactionExecution transaction, @Nullable Throwable beginFailure) {
		Turn turn = Turn.current();
		if (beginFailure == null && turn != null && transaction.getTransactionName().equals(turn.transactionName())
				&& TransactionSynchronizationManager.hasResource(this.dataSource)) {
			TransactionSynchronizationManager.registerSynchronization(new Segment(turn));
		}
	}

	/**
	 * The segment of one turn in its transaction.
	 */
	private static final class Segment implements TransactionSynchronization {

		private final Turn turn;

		Segment(Turn turn) {
			this.turn = turn;
		}

		@Override
		public void beforeCommit(boolean readOnly) {
			this.turn.join(readOnly);
		}

		@Override
		public void afterCompletion(int status) {
			this.turn.joined(status);
		}

	}

}
