package dev.rivet.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import javax.sql.DataSource;

import dev.rivet.actor.ActorKey;
import dev.rivet.store.StoreException.Reason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * Stores actors in a relational database.
 */
public final class JdbcActorStore implements ActorStore, AutoCloseable {

	private static final Log logger = LogFactory.getLog(JdbcActorStore.class);

	private static final int IDS_PER_QUERY = 500;

	private final DataSource dataSource;

	private final Clock clock;

	private final StoreOptions options;

	private final Database database;

	private final JdbcClient client;

	private volatile @Nullable Writer writer;

	/**
	 * Creates a store.
	 * @param dataSource where its tables are
	 * @param clock the time of what happens to actors
	 * @param options how it is to behave
	 * @throws StoreException if the database cannot be reached
	 */
	public JdbcActorStore(DataSource dataSource, Clock clock, StoreOptions options) {
		this.dataSource = dataSource;
		this.clock = clock;
		this.options = options;
		this.database = Database.of(dataSource);
		this.client = JdbcClient.create(dataSource);
	}

	/**
	 * Takes a lease and begins to write. The tables have to be there.
	 * @param onOwnershipLost called when the lease ran out and everything that this node
	 * owned has to be claimed anew; no ownership is valid, and nothing claimed later is
	 * told, until it returns
	 * @throws StoreException if the database cannot be reached
	 */
	public synchronized void start(Runnable onOwnershipLost) {
		Assert.state(this.writer == null, "The store is started already");
		Sessions sessions = new Sessions(this.dataSource, this.database, this.options.lease());
		try {
			DurabilityCheck.warnings(this.dataSource, this.database, this.options.sync()).forEach(logger::warn);
			Writer writer = new Writer(this.database, sessions, this.options, onOwnershipLost);
			writer.start();
			this.writer = writer;
		}
		catch (SQLException ex) {
			throw new StoreException(Reason.UNAVAILABLE, "Cannot take a lease in the database", ex);
		}
		finally {
			if (this.writer == null) {
				sessions.close();
			}
		}
	}

	/**
	 * Writes what waits and gives up all ownership.
	 */
	@Override
	public synchronized void close() {
		Writer writer = this.writer;
		if (writer != null) {
			writer.close(this.options.outcomeTimeout().plus(Duration.ofSeconds(5)));
			this.writer = null;
		}
	}

	@Override
	public CompletableFuture<Creation> create(NewActor actor) {
		return submit(new CreateOperation(actor));
	}

	@Override
	public CompletableFuture<Claim> claim(String actorId) {
		return submit(new ClaimOperation(actorId, this.clock.instant()));
	}

	@Override
	public CompletableFuture<Claim> claimHere(String actorId) {
		return writeHere(new ClaimOperation(actorId, this.clock.instant()));
	}

	@Override
	public CompletableFuture<@Nullable Void> commit(ChangeSet changes) {
		return submit(new CommitOperation(changes));
	}

	@Override
	public CompletableFuture<@Nullable Void> commitHere(ChangeSet changes) {
		return writeHere(new CommitOperation(changes));
	}

	@Override
	public CompletableFuture<Boolean> isCommitted(ChangeSet changes) {
		return submit(new CheckOperation(changes));
	}

	private <T extends @Nullable Object> CompletableFuture<T> writeHere(Operation<T> operation) {
		Writer writer = this.writer;
		return (writer != null) ? writer.writeHere(operation).future : submit(operation);
	}

	private <T extends @Nullable Object> CompletableFuture<T> submit(Operation<T> operation) {
		Writer writer = this.writer;
		if (writer == null) {
			return CompletableFuture
				.failedFuture(new StoreException(Reason.UNAVAILABLE, "The store is not running", null));
		}
		return writer.submit(operation).future;
	}

	@Override
	public void join(ChangeSet changes) {
		Assert.state(TransactionSynchronizationManager.isActualTransactionActive(), "There is no transaction to join");
		Writer writer = this.writer;
		if (writer == null) {
			throw new StoreException(Reason.UNAVAILABLE, "The store is not running", null);
		}
		Connection connection = DataSourceUtils.getConnection(this.dataSource);
		try (PreparedStatement update = connection.prepareStatement(CommitOperation.sql(changes, this.database))) {
			CommitOperation.bind(update, changes, writer.nodeId());
			if (update.executeUpdate() != 1) {
				throw new StoreException(Reason.LOST_OWNERSHIP,
						"This node does not own actor %s any more".formatted(changes.actorId()), null);
			}
			for (RowStatement row : RowStatement.of(changes, this.database)) {
				try (PreparedStatement statement = connection.prepareStatement(row.sql())) {
					row.bind(statement);
					statement.executeUpdate();
				}
			}
		}
		catch (SQLException ex) {
			throw new StoreException(isRejected(ex, connection, this.database) ? Reason.REJECTED : Reason.UNAVAILABLE,
					"Actor %s could not be written in the current transaction".formatted(changes.actorId()), ex);
		}
		finally {
			DataSourceUtils.releaseConnection(connection, this.dataSource);
		}
	}

	/**
	 * Returns whether the database would refuse the same again, rather than being away or
	 * busy.
	 */
	private static boolean isRejected(SQLException failure, Connection connection, Database database) {
		try {
			return switch (database.failure(failure)) {
				case REJECTED -> true;
				case CONFLICT -> false;
				case UNKNOWN -> connection.isValid(1);
				case UNREACHABLE -> isFaultOfTheTransaction(failure.getSQLState());
			};
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Returns whether PostgreSQL says that an earlier statement of the transaction has
	 * failed, which the application has caught, or that it may only read, as the
	 * application wanted it. A server that was demoted says the latter too.
	 */
	private static boolean isFaultOfTheTransaction(@Nullable String state) {
		return "25P02".equals(state)
				|| ("25006".equals(state) && TransactionSynchronizationManager.isCurrentTransactionReadOnly());
	}

	@Override
	public boolean isOwnershipValid() {
		Writer writer = this.writer;
		return writer != null && writer.isOwner();
	}

	@Override
	public List<Row> rows(String actorId, RowRange range) {
		return read(() -> this.client.sql(range.sql()).params(range.parameters(actorId)).query(range::map).list());
	}

	private static <T> T read(Supplier<T> query) {
		try {
			return query.get();
		}
		catch (DataAccessException ex) {
			logger.warn("The database cannot be read: " + ex.getMessage());
			throw new StoreException(Reason.UNAVAILABLE, "The database cannot be read", ex);
		}
	}

	@Override
	public List<Alarm> alarms(Instant until, @Nullable Alarm after, int limit, boolean owned) {
		Writer writer = this.writer;
		if (writer == null) {
			return List.of();
		}
		Alarm start = (after != null) ? after : new Alarm(Instant.EPOCH, "");
		return this.client
			.sql("""
					SELECT l.due_at, l.actor_id FROM rivet_alarm l JOIN rivet_actor a ON a.id = l.actor_id JOIN rivet_state s ON %s
					WHERE l.due_at <= :until AND l.due_at >= :after AND (l.due_at, l.actor_id) > (:after, :id)
					AND (s.owner IS NULL OR s.owner = :node
						OR s.owner NOT IN (SELECT id FROM rivet_node WHERE lease_until > %s))
					ORDER BY l.due_at, l.actor_id LIMIT :limit
					"""
				.formatted(this.database.joinsState(), this.database.now()))
			.param("until", until.toEpochMilli())
			.param("after", start.at().toEpochMilli())
			.param("id", start.actorId())
			.param("node", owned ? writer.nodeId() : "")
			.param("limit", limit)
			.query((row, number) -> new Alarm(Instant.ofEpochMilli(row.getLong(1)), row.getString(2)))
			.list();
	}

	@Override
	public Optional<ActorRecord> find(String actorId) {
		return read(() -> this.client.sql(ActorRows.select(this.database) + " WHERE id = ?")
			.param(actorId)
			.query(ActorRows::map)
			.optional());
	}

	@Override
	public Optional<ActorRecord> find(String name, ActorKey key) {
		return read(() -> this.client
			.sql(ActorRows.select(this.database) + " WHERE name = ? AND actor_key = ? AND tombstone = ''")
			.params(name, key.toString())
			.query(ActorRows::map)
			.optional());
	}

	@Override
	public List<ActorRecord> findAll(Collection<String> actorIds) {
		List<String> ids = List.copyOf(actorIds);
		List<ActorRecord> actors = new ArrayList<>();
		for (int i = 0; i < ids.size(); i += IDS_PER_QUERY) {
			List<String> some = ids.subList(i, Math.min(i + IDS_PER_QUERY, ids.size()));
			actors.addAll(read(() -> this.client.sql(ActorRows.select(this.database) + " WHERE id IN (:ids)")
				.param("ids", some)
				.query(ActorRows::map)
				.list()));
		}
		return actors;
	}

	@Override
	public List<ActorRecord> findAll(String name, ActorKey key, int limit) {
		return read(() -> this.client.sql(ActorRows.select(this.database) + """
				 WHERE name = ? AND actor_key = ? ORDER BY created_at DESC, id DESC LIMIT ?
				""").params(name, key.toString(), limit).query(ActorRows::map).list());
	}

	@Override
	public ActorPage list(String name, boolean includeDestroyed, @Nullable String cursor, int limit) {
		Assert.isTrue(limit > 0, "'limit' must be positive");
		PageStart start = PageStart.parse(cursor);
		List<ActorRecord> actors = read(() -> this.client.sql(ActorRows.select(this.database) + """
				 WHERE name = :name AND created_at <= :createdAt AND (created_at < :createdAt OR id < :id)
				""" + (includeDestroyed ? "" : " AND tombstone = ''") + """
				 ORDER BY name, created_at DESC, id DESC LIMIT :limit
				""")
			.param("name", name)
			.param("createdAt", start.createdAt())
			.param("id", start.id())
			.param("limit", limit + 1L)
			.query(ActorRows::map)
			.list());
		if (actors.size() <= limit) {
			return new ActorPage(actors, null);
		}
		return new ActorPage(List.copyOf(actors.subList(0, limit)), PageStart.after(actors.get(limit - 1)).toString());
	}

	static Thread thread(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

}
