package dev.rivet.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.support.JdbcUtils;

/**
 * Lends the writer its session. One is kept while it is young, because taking a
 * connection and preparing its statements for each group costs more than a small commit;
 * then it goes back, so that a small pool, a leak detector and a pool's own upkeep all
 * get their turn. Connections are taken on a thread of their own: pools may block for
 * half a minute when the database is away, and the writer's callers are not to wait that
 * long.
 */
final class Sessions implements AutoCloseable {

	private static final Duration KEEP = Duration.ofMillis(250);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final DataSource dataSource;

	private final Database database;

	private final int networkTimeout;

	private final ExecutorService connector = Executors
		.newSingleThreadExecutor((task) -> JdbcActorStore.thread("rivet-store-connector", task));

	private @Nullable CompletableFuture<Session> opening;

	private @Nullable Session session;

	/**
	 * Creates sessions.
	 * @param dataSource where connections come from
	 * @param database what kind of database they lead to
	 * @param networkTimeout how long to wait for the database to answer, where the driver
	 * can limit that
	 */
	Sessions(DataSource dataSource, Database database, Duration networkTimeout) {
		this.dataSource = dataSource;
		this.database = database;
		this.networkTimeout = Math.toIntExact(networkTimeout.toMillis());
	}

	/**
	 * Returns the session, which is in auto-commit mode.
	 */
	Session get() throws SQLException {
		release();
		Session session = this.session;
		if (session == null) {
			session = open();
			this.session = session;
		}
		return session;
	}

	/**
	 * Returns the session that is kept, if one is.
	 */
	@Nullable Session current() {
		return this.session;
	}

	/**
	 * Gives the session back if it has been kept long enough.
	 */
	void release() {
		if (this.session != null && this.session.isOlderThan(KEEP.toNanos())) {
			this.session.close();
			this.session = null;
		}
	}

	/**
	 * Throws the session away after a failure.
	 */
	void discard() {
		if (this.session != null) {
			this.session.discard();
			this.session = null;
		}
	}

	private Session open() throws SQLException {
		if (this.opening == null) {
			this.opening = CompletableFuture.supplyAsync(this::connect, this.connector);
		}
		CompletableFuture<Session> opening = this.opening;
		try {
			Session session = opening.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			this.opening = null;
			return session;
		}
		catch (TimeoutException ex) {
			throw new SQLTransientConnectionException("No connection within " + PATIENCE.toSeconds() + " s", ex);
		}
		catch (ExecutionException ex) {
			this.opening = null;
			throw new SQLTransientConnectionException("No connection", ex.getCause());
		}
		catch (InterruptedException ex) {
			throw new SQLTransientConnectionException("Interrupted", ex);
		}
	}

	private Session connect() {
		try {
			Connection connection = this.dataSource.getConnection();
			try {
				prepare(connection);
			}
			catch (SQLException | RuntimeException ex) {
				JdbcUtils.closeConnection(connection);
				throw ex;
			}
			return new Session(connection, this.database);
		}
		catch (SQLException ex) {
			throw new CompletionException(ex);
		}
	}

	private void prepare(Connection connection) throws SQLException {
		if (this.database == Database.SQLITE) {
			// whoever had it before may have left a transaction that a pool knows nothing
			// of
			this.database.rollBack(connection);
		}
		else {
			connection.setAutoCommit(true);
		}
		try {
			connection.setNetworkTimeout(Runnable::run, this.networkTimeout);
		}
		catch (SQLException | RuntimeException | AbstractMethodError ex) {
			// an embedded database has no network
		}
	}

	@Override
	public void close() {
		if (this.session != null) {
			this.session.close();
			this.session = null;
		}
		if (this.opening != null) {
			this.opening.thenAccept(Session::close);
			this.opening = null;
		}
		this.connector.shutdown();
	}

}
