package dev.rivet.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;

import dev.rivet.store.StoreException.Reason;

/**
 * A look at the outcome of a change set. Its statement changes nothing; it waits for
 * transactions that still hold the actor's row.
 */
final class CheckOperation extends Operation<Boolean> {

	private final ChangeSet changes;

	CheckOperation(ChangeSet changes) {
		this.changes = changes;
		// looked for as long as that of a commit of our own
		doubt();
	}

	@Override
	String actorId() {
		return this.changes.actorId();
	}

	@Override
	String sql(Database database) {
		return "UPDATE rivet_state SET change_number = change_number WHERE " + database.isStateOf();
	}

	@Override
	void bind(PreparedStatement statement, String node) throws SQLException {
		statement.setString(1, this.changes.actorId());
	}

	@Override
	void written(Session session) throws SQLException {
		unwritten(session);
	}

	@Override
	void unwritten(Session session) throws SQLException {
		Boolean committed = CommitOperation.isCommitted(this.changes, session);
		if (committed != null) {
			succeed(committed);
		}
		else {
			fail(Reason.OUTCOME_UNKNOWN, "Another activation has changed actor %s since".formatted(actorId()), null);
		}
	}

}
