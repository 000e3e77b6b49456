package dev.rivet.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.rivet.store.StoreException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Brings a group of operations into the database, each about another actor, with one
 * commit. Afterwards each is settled, whatever happened.
 *
 * <ul>
 * <li>Every statement is conditional and counts: an operation whose statement changed no
 * row has lost its actor, and is left out without a trace while the others commit.
 * <li>Every statement can be repeated without a second effect. So whatever fails for a
 * passing reason is repeated: when the connection broke before the commit, when another
 * transaction was in the way, and also when the connection broke during the commit and
 * nobody knows whether it took place. In that case the repetition learns the outcome: a
 * change set that changes no row, though its number is in the row with its epoch, was
 * committed the first time. A first attempt that is still wandering about the network can
 * not do harm either; it would find its number taken.
 * <li>A group that the database rejects is halved until the guilty operation stands
 * alone.
 * <li>A group of a single statement needs no transaction, and neither does one of single
 * statements that the database commits as a batch, maybe in parts. But when an outcome is
 * in doubt it is repeated in one, so that only losing the commit itself leaves a doubt
 * again.
 * </ul>
 *
 * Used by one thread at a time, the one that writes.
 */
final class GroupCommit {

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

	private static final String READ = "SELECT owner, epoch, change_number, input, state, " + ActorRows.COLUMNS + """
			, (SELECT due_at FROM rivet_alarm WHERE actor_id = a.id) AS alarm,
			CASE WHEN EXISTS (SELECT 1 FROM rivet_connection WHERE actor_id = a.id)
			THEN 1 ELSE 0 END AS connected
			""";

	private final Database database;

	private final Sessions sessions;

	private final Node node;

	private final Duration timeout;

	private final boolean sync;

	private final String read;

	GroupCommit(Database database, Sessions sessions, Node node, StoreOptions options) {
		this.database = database;
		this.sessions = sessions;
		this.node = node;
		this.timeout = options.outcomeTimeout();
		this.sync = options.sync();
		this.read = READ + ActorRows.tables(database) + " WHERE tombstone = '' AND id IN (%s)";
	}

	/**
	 * Settles all operations.
	 * @return whether the database could be reached
	 */
	boolean run(Collection<? extends Operation<?>> group) {
		List<Operation<?>> open = new ArrayList<>(group);
		long failingSince = 0;
		long pause = 0;
		while (!open.isEmpty()) {
			long begun = System.nanoTime();
			Attempt attempt = new Attempt(open);
			SQLException failure = attempt.run();
			open.removeIf(Operation::isSettled);
			if (open.isEmpty()) {
				return true;
			}
			if (failure != null && attempt.failure == Failure.REJECTED) {
				return reject(open, failure);
			}
			boolean doubt = open.stream().anyMatch(Operation::isInDoubt);
			boolean refused = failure != null && !attempt.connected;
			if (pause == 0) {
				// a pool takes its time to say that there is no connection
				failingSince = refused ? begun : System.nanoTime();
			}
			if ((refused && !doubt) || System.nanoTime() - failingSince > this.timeout.toNanos()) {
				fail(open, failure);
				return !refused;
			}
			LockSupport.parkNanos(pause);
			pause = Math.min(pause + PAUSE, 10 * PAUSE);
		}
		return true;
	}

	private boolean reject(List<Operation<?>> open, SQLException failure) {
		if (open.size() > 1) {
			int half = open.size() / 2;
			return run(open.subList(0, half)) & run(open.subList(half, open.size()));
		}
		Operation<?> guilty = open.get(0);
		if (guilty.isInDoubt()) {
			settle(guilty);
		}
		if (!guilty.isSettled()) {
			guilty.fail(Reason.REJECTED, "The database rejects what is to be written of actor " + guilty.actorId(),
					failure);
		}
		return true;
	}

	/**
	 * Looks whether an operation that is rejected now was committed at an earlier
	 * attempt.
	 */
	private void settle(Operation<?> operation) {
		try {
			operation.recheck(this.sessions.get());
		}
		catch (SQLException ex) {
			this.sessions.discard();
			fail(List.of(operation), ex);
		}
	}

	/**
	 * Settles operations after a failure that should not have been.
	 */
	void abandon(Collection<? extends Operation<?>> operations, Throwable failure) {
		for (Operation<?> operation : operations) {
			if (!operation.isSettled()) {
				operation.fail(Reason.OUTCOME_UNKNOWN, "Actor " + operation.actorId() + " could not be written",
						failure);
			}
		}
	}

	/**
	 * Settles operations that there is no connection for.
	 */
	void refuse(List<Operation<?>> operations) {
		fail(operations, null);
	}

	private void fail(List<Operation<?>> open, @Nullable SQLException failure) {
		for (Operation<?> operation : open) {
			if (operation.isInDoubt()) {
				operation.fail(Reason.OUTCOME_UNKNOWN,
						"The connection was lost while actor " + operation.actorId() + " was written", failure);
			}
			else {
				operation.fail(Reason.UNAVAILABLE, "The database cannot be reached", failure);
			}
		}
	}

	/**
	 * One attempt to write operations on one connection.
	 */
	private final class Attempt {

		private final List<Operation<?>> operations;

		private boolean connected;

		private boolean committing;

		private boolean maybeInParts;

		private Failure failure = Failure.UNREACHABLE;

		Attempt(List<Operation<?>> operations) {
			this.operations = operations;
		}

		@Nullable SQLException run() {
			try {
				Session session = GroupCommit.this.sessions.get();
				this.connected = true;
				if (GroupCommit.this.node.nanosToRenewal() <= 0) {
					GroupCommit.this.node.renew(session);
				}
				session.forgetPlans();
				write(session);
				return null;
			}
			catch (SQLException ex) {
				interpret(ex);
				return ex;
			}
		}

		private void interpret(SQLException ex) {
			this.failure = GroupCommit.this.database.failure(ex);
			if (this.failure == Failure.UNKNOWN) {
				Session session = this.connected ? GroupCommit.this.sessions.current() : null;
				boolean alive = session != null && !this.committing && session.isAlive();
				this.failure = alive ? Failure.REJECTED : Failure.UNREACHABLE;
			}
			if (this.committing && (this.failure == Failure.UNREACHABLE || this.maybeInParts)) {
				this.operations.forEach(Operation::doubt);
			}
			GroupCommit.this.sessions.discard();
		}

		private void write(Session session) throws SQLException {
			read(session);
			Map<String, List<Operation<?>>> statements = new LinkedHashMap<>();
			this.operations.stream()
				.filter((operation) -> !operation.isSettled())
				.sorted(Comparator.comparing(Operation::actorId))
				.forEach((operation) -> statements
					.computeIfAbsent(operation.sql(GroupCommit.this.database), (sql) -> new ArrayList<>())
					.add(operation));
			if (statements.isEmpty()) {
				return;
			}
			Map<Operation<?>, Integer> rows = new LinkedHashMap<>();
			if (needsNoTransaction(statements)) {
				writeAtOnce(session, statements, rows);
			}
			else {
				session.begin();
				for (Map.Entry<String, List<Operation<?>>> entry : statements.entrySet()) {
					PreparedStatement statement = session.prepare(entry.getKey());
					addBatch(statement, entry.getValue());
					executeBatch(statement, entry.getValue(), rows);
				}
				follow(session, rows);
				this.committing = true;
				session.commit();
			}
			if (GroupCommit.this.sync) {
				GroupCommit.this.database.sync(session.connection());
			}
			this.committing = false;
			settle(rows, session);
		}

		/**
		 * Returns whether each operation is the same statement and nothing more, and none
		 * is in doubt.
		 */
		private boolean needsNoTransaction(Map<String, List<Operation<?>>> statements) {
			return statements.size() == 1 && (this.operations.size() == 1 || GroupCommit.this.database.commitsBatches())
					&& this.operations.stream()
						.allMatch((operation) -> !operation.isInDoubt()
								&& operation.followers(GroupCommit.this.database, GroupCommit.this.node.id())
									.isEmpty());
		}

		private void writeAtOnce(Session session, Map<String, List<Operation<?>>> statements,
				Map<Operation<?>, Integer> rows) throws SQLException {
			Map.Entry<String, List<Operation<?>>> entry = statements.entrySet().iterator().next();
			PreparedStatement statement = session.prepare(entry.getKey());
			if (entry.getValue().size() > 1) {
				addBatch(statement, entry.getValue());
				this.committing = true;
				this.maybeInParts = true;
				executeBatch(statement, entry.getValue(), rows);
				return;
			}
			Operation<?> single = entry.getValue().get(0);
			single.bind(statement, GroupCommit.this.node.id());
			this.committing = true;
			rows.put(single, single.mayGoUnsynced(GroupCommit.this.database) ? session.updateUnsynced(statement)
					: statement.executeUpdate());
		}

		/**
		 * Settles what needs no look at the database first: should that fail, only what
		 * changed nothing is repeated.
		 */
		private void settle(Map<Operation<?>, Integer> rows, Session session) throws SQLException {
			for (Map.Entry<Operation<?>, Integer> entry : rows.entrySet()) {
				if (entry.getValue() == 1) {
					entry.getKey().written(session);
				}
				else if (entry.getValue() < 0) {
					entry.getKey().doubt();
				}
			}
			for (Operation<?> operation : rows.keySet()) {
				if (!operation.isSettled()) {
					operation.unwritten(session);
				}
			}
		}

		private void addBatch(PreparedStatement statement, List<Operation<?>> operations) throws SQLException {
			for (Operation<?> operation : operations) {
				operation.bind(statement, GroupCommit.this.node.id());
				statement.addBatch();
			}
		}

		private void executeBatch(PreparedStatement statement, List<Operation<?>> operations,
				Map<Operation<?>, Integer> rows) throws SQLException {
			int[] counts = statement.executeBatch();
			for (int i = 0; i < counts.length; i++) {
				rows.put(operations.get(i), counts[i]);
			}
		}

		/**
		 * Writes the rows of those operations that may change their actors. Rows that are
		 * written at once are different ones, so that their order does not matter.
		 */
		private void follow(Session session, Map<Operation<?>, Integer> counts) throws SQLException {
			Map<String, List<RowStatement>> statements = new TreeMap<>();
			for (Map.Entry<Operation<?>, Integer> entry : counts.entrySet()) {
				List<RowStatement> followers = entry.getKey()
					.followers(GroupCommit.this.database, GroupCommit.this.node.id());
				if (!followers.isEmpty()
						&& (entry.getValue() > 0 || (entry.getValue() < 0 && entry.getKey().isWritten(session)))) {
					followers
						.forEach((statement) -> statements.computeIfAbsent(statement.sql(), (sql) -> new ArrayList<>())
							.add(statement));
				}
			}
			for (Map.Entry<String, List<RowStatement>> entry : statements.entrySet()) {
				PreparedStatement statement = session.prepare(entry.getKey());
				for (RowStatement row : entry.getValue()) {
					row.bind(statement);
					statement.addBatch();
				}
				statement.executeBatch();
			}
		}

		/**
		 * Reads what is to be claimed, outside of the transaction, and settles what
		 * cannot be.
		 */
		private void read(Session session) throws SQLException {
			Map<String, ClaimOperation> claims = new HashMap<>();
			for (Operation<?> operation : this.operations) {
				if (operation instanceof ClaimOperation claim) {
					claim.reset();
					claims.put(claim.actorId(), claim);
				}
			}
			if (claims.isEmpty()) {
				return;
			}
			List<String> ids = List.copyOf(claims.keySet());
			try (ResultSet row = session.prepare(GroupCommit.this.read, ids).executeQuery()) {
				while (row.next()) {
					ClaimOperation claim = claims.get(row.getString("id"));
					if (claim != null) {
						claim.read(row);
					}
				}
			}
			DueRows.readAlong(session, claims.values());
			Map<String, Boolean> dead = new HashMap<>();
			for (ClaimOperation claim : claims.values()) {
				String owner = claim.owner();
				if (!claim.isRead()) {
					claim.fail(Reason.NOT_FOUND, "There is no actor " + claim.actorId(), null);
				}
				else if (owner != null && !owner.equals(GroupCommit.this.node.id())) {
					Boolean ownerDead = dead.get(owner);
					if (ownerDead == null) {
						ownerDead = GroupCommit.this.node.isDead(session, owner);
						dead.put(owner, ownerDead);
					}
					if (!ownerDead) {
						claim.fail(Reason.OWNED_ELSEWHERE, "Node %s owns actor %s".formatted(owner, claim.actorId()),
								null);
					}
				}
			}
		}

	}

}
