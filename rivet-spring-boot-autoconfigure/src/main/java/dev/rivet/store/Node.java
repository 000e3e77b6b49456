package dev.rivet.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

/**
 * This node in the eyes of the others. A node is alive exactly as long as its row is
 * there: whoever finds its lease run out, or its process dead, deletes the row, and from
 * then on its actors are free. The database decides that race with the node's own
 * renewal. A node that finds its row gone comes back under a new id, owning nothing. So
 * an id that was once gone never lives again, and who sees an owner without a row needs
 * no look at a clock.
 *
 * <p>
 * Used by one thread at a time, the one that writes, but for {@link #id()}.
 */
final class Node {

	private final Database database;

	private final Duration lease;

	private final NodeProcess process = NodeProcess.current();

	private final LongConsumer onRenewal;

	private final LongConsumer onRebirth;

	private volatile @Nullable String id;

	private long renewedAt;

	/**
	 * Creates a node.
	 * @param database the database
	 * @param lease how long a lease is
	 * @param onRenewal told until when the lease is valid now, in
	 * {@link System#nanoTime()}
	 * @param onRebirth told the same when everything owned before is lost
	 */
	Node(Database database, Duration lease, LongConsumer onRenewal, LongConsumer onRebirth) {
		this.database = database;
		this.lease = lease;
		this.onRenewal = onRenewal;
		this.onRebirth = onRebirth;
	}

	String id() {
		String id = this.id;
		if (id == null) {
			throw new IllegalStateException("The node has no lease");
		}
		return id;
	}

	/**
	 * How long until the lease should be renewed.
	 */
	long nanosToRenewal() {
		return (this.id != null) ? this.lease.toNanos() / 3 - (System.nanoTime() - this.renewedAt) : 0;
	}

	/**
	 * Renews the lease, or registers anew.
	 */
	void renew(Session session) throws SQLException {
		// before the statement is sent, so that this node never believes longer than the
		// others
		long now = System.nanoTime();
		String before = this.id;
		if (before != null && extend(session, before)) {
			this.renewedAt = now;
			this.onRenewal.accept(now + this.lease.toNanos());
			return;
		}
		String id = UUID.randomUUID().toString();
		buryNeighbours(session);
		register(session, id);
		this.id = id;
		this.renewedAt = now;
		((before != null) ? this.onRebirth : this.onRenewal).accept(now + this.lease.toNanos());
	}

	private boolean extend(Session session, String id) throws SQLException {
		PreparedStatement update = session
			.prepare("UPDATE rivet_node SET lease_until = %s + ? WHERE id = ? AND lease_until > %s"
				.formatted(this.database.now(), this.database.now()));
		update.setLong(1, this.lease.toMillis());
		update.setString(2, id);
		return update.executeUpdate() == 1;
	}

	private void register(Session session, String id) throws SQLException {
		PreparedStatement insert = session
			.prepare("INSERT INTO rivet_node (id, lease_until, place, pid, process_started) VALUES (?, %s + ?, ?, ?, ?)"
				.formatted(this.database.now()));
		insert.setString(1, id);
		insert.setLong(2, this.lease.toMillis());
		insert.setString(3, this.process.place());
		insert.setLong(4, this.process.pid());
		insert.setLong(5, this.process.started());
		insert.executeUpdate();
	}

	/**
	 * Deletes the nodes that are known to be dead.
	 */
	private void buryNeighbours(Session session) throws SQLException {
		List<String> ids = new ArrayList<>();
		try (ResultSet rows = session.prepare("SELECT id FROM rivet_node").executeQuery()) {
			while (rows.next()) {
				ids.add(rows.getString(1));
			}
		}
		for (String id : ids) {
			isDead(session, id);
		}
	}

	/**
	 * Finds out whether a node is dead, and sees to it that it stays so.
	 */
	boolean isDead(Session session, String id) throws SQLException {
		PreparedStatement select = session.prepare("""
				SELECT place, pid, process_started, CASE WHEN lease_until <= %s THEN 1 ELSE 0 END FROM rivet_node
				WHERE id = ?
				""".formatted(this.database.now()));
		select.setString(1, id);
		boolean processDead;
		try (ResultSet row = select.executeQuery()) {
			if (!row.next()) {
				return true;
			}
			NodeProcess process = new NodeProcess(row.getString(1), row.getLong(2), row.getLong(3));
			processDead = process.place().equals(this.process.place()) && process.isDead();
			if (!processDead && row.getInt(4) == 0) {
				return false;
			}
		}
		PreparedStatement delete = session.prepare("DELETE FROM rivet_node WHERE id = ?"
				+ (processDead ? "" : " AND lease_until <= " + this.database.now()));
		delete.setString(1, id);
		return delete.executeUpdate() == 1;
	}

	/**
	 * Frees everything that this node owns.
	 */
	void leave(Session session) throws SQLException {
		String id = this.id;
		if (id != null) {
			PreparedStatement delete = session.prepare("DELETE FROM rivet_node WHERE id = ?");
			delete.setString(1, id);
			delete.executeUpdate();
			this.id = null;
		}
	}

}
