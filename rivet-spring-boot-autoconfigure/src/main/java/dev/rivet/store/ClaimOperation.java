package dev.rivet.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A claim. The actor's row is read first; the claim then holds only if nobody changed the
 * row since.
 */
final class ClaimOperation extends Operation<Claim> {

	private final String actorId;

	private final Instant now;

	private @Nullable String owner;

	private @Nullable Claim claim;

	private final Map<Table, List<Row>> rows = new EnumMap<>(Table.class);

	ClaimOperation(String actorId, Instant now) {
		this.actorId = actorId;
		this.now = now;
	}

	/**
	 * The owner that was read, if the actor has one.
	 */
	@Nullable String owner() {
		return this.owner;
	}

	/**
	 * Forgets what was read.
	 */
	void reset() {
		this.owner = null;
		this.claim = null;
		this.rows.clear();
	}

	/**
	 * Whether the actor was found and it is time for what it has to do.
	 */
	boolean isDue() {
		Instant alarm = (this.claim != null) ? this.claim.alarm() : null;
		return alarm != null && !alarm.isAfter(this.now);
	}

	/**
	 * Adds all rows that the actor has in a table.
	 */
	void readAlong(Table table, List<Row> rows) {
		this.rows.put(table, rows);
	}

	/**
	 * Whether the actor was found.
	 */
	boolean isRead() {
		return this.claim != null;
	}

	void read(ResultSet row) throws SQLException {
		ActorRecord actor = ActorRows.map(row, 0);
		this.owner = row.getString("owner");
		this.claim = new Claim(
				new ActorRecord(actor.id(), actor.name(), actor.key(), actor.crashPolicy(), actor.createdAt(), this.now,
						null, null, null),
				row.getLong("epoch") + 1, row.getLong("change_number"), row.getBytes("input"), row.getBytes("state"),
				(row.getObject("alarm") != null) ? Instant.ofEpochMilli(row.getLong("alarm")) : null,
				row.getInt("connected") == 1, this.rows);
	}

	@Override
	String actorId() {
		return this.actorId;
	}

	@Override
	String sql(Database database) {
		return """
				UPDATE rivet_state SET owner = ?, epoch = ?, started_at = ?, slept_at = NULL, error = NULL
				WHERE %s AND epoch = ? AND change_number = ?
				""".formatted(database.isStateOf());
	}

	@Override
	void bind(PreparedStatement statement, String node) throws SQLException {
		Claim claim = claim();
		statement.setString(1, node);
		statement.setLong(2, claim.epoch());
		statement.setLong(3, this.now.toEpochMilli());
		statement.setString(4, this.actorId);
		statement.setLong(5, claim.epoch() - 1);
		statement.setLong(6, claim.number());
	}

	/**
	 * Where a power failure ends all nodes, it ends what the claim is for.
	 */
	@Override
	boolean mayGoUnsynced(Database database) {
		return database == Database.SQLITE;
	}

	@Override
	void written(Session session) {
		succeed(claim());
	}

	@Override
	void unwritten(Session session) {
		// somebody changed the row after it was read
	}

	private Claim claim() {
		if (this.claim == null) {
			throw new IllegalStateException("The actor's row was not read");
		}
		return this.claim;
	}

}
