package dev.rivet.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A database that is away, breaks its connections, or is slow, as a test wishes. Nothing
 * it throws says more than that.
 */
public class FaultyDataSource extends DelegatingDataSource {

	/**
	 * Commits of the writer so far: of transactions, and of writing statements in
	 * auto-commit mode.
	 */
	final AtomicInteger commits = new AtomicInteger();

	private final AtomicInteger breakStatements = new AtomicInteger();

	private final AtomicInteger breakBeforeCommits = new AtomicInteger();

	private final AtomicInteger breakAfterCommits = new AtomicInteger();

	private final AtomicReference<Gate> gate = new AtomicReference<>();

	private volatile CountDownLatch connecting = new CountDownLatch(0);

	private volatile boolean refusing;

	private volatile boolean refuseAfterBreaking;

	public FaultyDataSource(DataSource target) {
		super(target);
	}

	public void refuse() {
		this.refusing = true;
	}

	/**
	 * Gives out no connections, as a pool whose database does not answer.
	 */
	public void hang() {
		this.connecting = new CountDownLatch(1);
	}

	public void refuseAfterBreaking() {
		this.refuseAfterBreaking = true;
	}

	public void breakStatements(int times) {
		this.breakStatements.set(times);
	}

	public void breakBeforeCommits(int times) {
		this.breakBeforeCommits.set(times);
	}

	public void breakAfterCommits(int times) {
		this.breakAfterCommits.set(times);
	}

	public void heal() {
		this.connecting.countDown();
		this.refusing = false;
		this.refuseAfterBreaking = false;
		this.breakStatements.set(0);
		this.breakBeforeCommits.set(0);
		this.breakAfterCommits.set(0);
	}

	public Gate holdNextStatement() {
		Gate gate = new Gate();
		this.gate.set(gate);
		return gate;
	}

	/**
	 * Returns the number of commits so far.
	 */
	public int commits() {
		return this.commits.get();
	}

	@Override
	public Connection getConnection() throws SQLException {
		Gate.await(this.connecting);
		check();
		return new BreakableConnection(super.getConnection()).proxy();
	}

	private void check() throws SQLException {
		if (this.refusing) {
			throw new SQLException("The test's database is away");
		}
	}

	private static boolean takeOne(AtomicInteger count) {
		return count.getAndUpdate((value) -> Math.max(0, value - 1)) > 0;
	}

	/**
	 * Where a statement waits.
	 */
	public static final class Gate {

		private final CountDownLatch reached = new CountDownLatch(1);

		private final CountDownLatch open = new CountDownLatch(1);

		public void awaitReached() {
			await(this.reached);
		}

		public void open() {
			this.open.countDown();
		}

		private void pass() {
			this.reached.countDown();
			await(this.open);
		}

		private static void await(CountDownLatch latch) {
			try {
				if (!latch.await(10, TimeUnit.SECONDS)) {
					throw new IllegalStateException("Nobody came");
				}
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	private final class BreakableConnection {

		private final Connection connection;

		private boolean broken;

		private boolean dirty;

		BreakableConnection(Connection connection) {
			this.connection = connection;
		}

		Connection proxy() {
			return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
					(proxy, method, args) -> {
						if (method.getName().equals("close")) {
							if (this.broken && !this.connection.isClosed() && !this.connection.getAutoCommit()) {
								this.connection.rollback();
							}
							this.connection.close();
							return null;
						}
						if (args != null && args[0] instanceof String sql && sql.startsWith("PRAGMA")) {
							// to change a setting takes no access to the database
							return method.invoke(this.connection, args);
						}
						if (this.broken || FaultyDataSource.this.refusing) {
							throw new SQLException("The test broke this connection");
						}
						boolean commits = this.dirty && (method.getName().equals("commit")
								|| (method.getName().equals("setAutoCommit") && Boolean.TRUE.equals(args[0])));
						Call call = () -> method.invoke(this.connection, args);
						Object result = commits ? commit(call) : invoke(call);
						return (result instanceof PreparedStatement statement) ? proxy(statement, (String) args[0])
								: result;
					});
		}

		private PreparedStatement proxy(PreparedStatement target, String sql) {
			boolean writes = !sql.strip().startsWith("SELECT") && sql.matches("(?s).*rivet_(actor|state).*");
			return (PreparedStatement) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { PreparedStatement.class }, (proxy, method, args) -> {
						Call call = () -> method.invoke(target, args);
						if (method.getName().equals("close")) {
							return invoke(call);
						}
						if (this.broken || FaultyDataSource.this.refusing) {
							throw new SQLException("The test broke this connection");
						}
						if (!writes || !method.getName().startsWith("execute")) {
							return invoke(call);
						}
						Gate gate = FaultyDataSource.this.gate.getAndSet(null);
						if (gate != null) {
							gate.pass();
						}
						if (takeOne(FaultyDataSource.this.breakStatements)) {
							throw broken();
						}
						this.dirty = true;
						return this.connection.getAutoCommit() ? commit(call) : invoke(call);
					});
		}

		private Object commit(Call call) throws Throwable {
			if (takeOne(FaultyDataSource.this.breakBeforeCommits)) {
				throw broken();
			}
			Object result = invoke(call);
			this.dirty = false;
			FaultyDataSource.this.commits.incrementAndGet();
			if (takeOne(FaultyDataSource.this.breakAfterCommits)) {
				throw broken();
			}
			return result;
		}

		private SQLException broken() {
			this.broken = true;
			if (FaultyDataSource.this.refuseAfterBreaking) {
				refuse();
			}
			return new SQLException("The test broke this connection");
		}

		private static Object invoke(Call call) throws Throwable {
			try {
				return call.run();
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}

	}

	private interface Call {

		Object run() throws ReflectiveOperationException, SQLException;

	}

	/**
	 * Puts one around each {@link DataSource} of an application.
	 */
	public static final class Injection implements BeanPostProcessor {

		@Override
		public @Nullable Object postProcessAfterInitialization(Object bean, String beanName) {
			return (bean instanceof DataSource dataSource) ? new FaultyDataSource(dataSource) : bean;
		}

	}

}
