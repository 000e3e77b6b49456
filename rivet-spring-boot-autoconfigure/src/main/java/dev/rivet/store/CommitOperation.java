package dev.rivet.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import dev.rivet.store.ChangeSet.Destroyed;
import dev.rivet.store.ChangeSet.Failed;
import dev.rivet.store.ChangeSet.Slept;
import dev.rivet.store.ChangeSet.Transition;
import dev.rivet.store.StoreException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The commit of a change set.
 */
final class CommitOperation extends Operation<@Nullable Void> {

	private final ChangeSet changes;

	CommitOperation(ChangeSet changes) {
		this.changes = changes;
	}

	@Override
	String actorId() {
		return this.changes.actorId();
	}

	@Override
	String sql(Database database) {
		return sql(this.changes, database);
	}

	@Override
	void bind(PreparedStatement statement, String node) throws SQLException {
		bind(statement, this.changes, node);
	}

	@Override
	List<RowStatement> followers(Database database, String node) {
		return RowStatement.of(this.changes, database);
	}

	@Override
	void written(Session session) {
		succeed(null);
	}

	@Override
	void unwritten(Session session) throws SQLException {
		Boolean committed = isInDoubt() ? isCommitted(this.changes, session) : Boolean.FALSE;
		if (Boolean.TRUE.equals(committed)) {
			succeed(null);
		}
		else if (committed == null) {
			fail(Reason.OUTCOME_UNKNOWN, "Another activation has changed actor %s since".formatted(actorId()), null);
		}
		else {
			fail(Reason.LOST_OWNERSHIP,
					"This node does not own actor %s in epoch %d any more".formatted(actorId(), this.changes.epoch()),
					null);
		}
	}

	@Override
	boolean isWritten(Session session) throws SQLException {
		return Boolean.TRUE.equals(isCommitted(this.changes, session));
	}

	@Override
	void recheck(Session session) throws SQLException {
		if (Boolean.TRUE.equals(isCommitted(this.changes, session))) {
			succeed(null);
		}
	}

	static String sql(ChangeSet changes, Database database) {
		Transition transition = changes.transition();
		StringBuilder sql = new StringBuilder("UPDATE rivet_state SET change_number = ?");
		if (transition instanceof Destroyed) {
			sql.append(", owner = NULL, state = NULL");
		}
		else {
			sql.append((changes.state() != null) ? ", state = ?" : "");
			sql.append((transition instanceof Slept) ? ", slept_at = ?, owner = NULL" : "");
			sql.append((transition instanceof Failed) ? ", error = ?, owner = NULL" : "");
		}
		return sql.append(" WHERE ")
			.append(database.isStateOf())
			.append(" AND epoch = ? AND owner = ? AND change_number < ?")
			.toString();
	}

	static void bind(PreparedStatement statement, ChangeSet changes, String node) throws SQLException {
		int index = 1;
		statement.setLong(index++, changes.number());
		Transition transition = changes.transition();
		if (changes.state() != null && !(transition instanceof Destroyed)) {
			statement.setBytes(index++, changes.state());
		}
		if (transition instanceof Slept slept) {
			statement.setLong(index++, slept.at().toEpochMilli());
		}
		else if (transition instanceof Failed failed) {
			statement.setString(index++, failed.error());
		}
		statement.setString(index++, changes.actorId());
		statement.setLong(index++, changes.epoch());
		statement.setString(index++, node);
		statement.setLong(index, changes.number());
	}

	/**
	 * Looks whether a change set is committed.
	 * @return {@code null} if a later epoch has written over the trace
	 */
	static @Nullable Boolean isCommitted(ChangeSet changes, Session session) throws SQLException {
		PreparedStatement find = session
			.prepare("SELECT epoch, change_number FROM rivet_state WHERE " + session.database().isStateOf());
		find.setString(1, changes.actorId());
		try (ResultSet row = find.executeQuery()) {
			if (!row.next() || row.getLong(2) < changes.number()) {
				return false;
			}
			return (row.getLong(1) == changes.epoch()) ? true : null;
		}
	}

}
