package dev.rivet.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import dev.rivet.store.StoreException.Reason;

/**
 * The creation of an actor.
 */
final class CreateOperation extends Operation<Creation> {

	/**
	 * In one query with OR, H2 would look at every actor.
	 */
	private static final String FIND = """
			%1$s WHERE name = ? AND actor_key = ? AND tombstone = ''
			UNION ALL %1$s WHERE id = ?
			""";

	private final NewActor actor;

	CreateOperation(NewActor actor) {
		this.actor = actor;
	}

	@Override
	String actorId() {
		return this.actor.id();
	}

	@Override
	String sql(Database database) {
		return database.insertActor();
	}

	@Override
	void bind(PreparedStatement statement, String node) throws SQLException {
		statement.setString(1, this.actor.id());
		statement.setString(2, this.actor.name());
		statement.setString(3, this.actor.key().toString());
		statement.setString(4, this.actor.crashPolicy());
		statement.setLong(5, this.actor.createdAt().toEpochMilli());
		statement.setBytes(6, this.actor.input());
	}

	@Override
	List<RowStatement> followers(Database database, String node) {
		return List.of(new RowStatement(database.insertState(), List.of(node, this.actor.id())));
	}

	@Override
	boolean isWritten(Session session) {
		// insertState() looks itself
		return true;
	}

	@Override
	void written(Session session) {
		succeed(new Creation(new ActorRecord(this.actor.id(), this.actor.name(), this.actor.key(),
				this.actor.crashPolicy(), this.actor.createdAt(), this.actor.createdAt(), null, null, null), true));
	}

	@Override
	void unwritten(Session session) throws SQLException {
		PreparedStatement find = session.prepare(FIND.formatted(ActorRows.select(session.database())));
		find.setString(1, this.actor.name());
		find.setString(2, this.actor.key().toString());
		find.setString(3, this.actor.id());
		try (ResultSet row = find.executeQuery()) {
			while (row.next() && !isSettled()) {
				settle(ActorRows.map(row, 0));
			}
		}
	}

	private void settle(ActorRecord found) {
		boolean own = found.id().equals(this.actor.id());
		if (found.destroyedAt() == null && found.key().equals(this.actor.key())) {
			succeed(new Creation(found, own));
		}
		else if (own) {
			fail(Reason.REJECTED, "There was an actor %s before".formatted(found.id()), null);
		}
	}

}
