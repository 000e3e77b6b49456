package dev.rivet.sample;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Wraps the application's {@link DataSource} in one whose connections break at random:
 * before a commit, after a commit that nobody learns of, or so that none can be had for a
 * while.
 */
final class FlakyDataSource implements BeanPostProcessor {

	private final AtomicInteger refusals = new AtomicInteger();

	private final AtomicInteger lostCommits = new AtomicInteger();

	private final AtomicInteger unheardCommits = new AtomicInteger();

	private final Random random;

	private final int longestOutage;

	private volatile boolean flaky;

	/**
	 * Creates a flaky data source.
	 * @param random what breaks when
	 * @param longestOutage how often at most connections are refused in a row
	 */
	FlakyDataSource(Random random, int longestOutage) {
		this.random = random;
		this.longestOutage = longestOutage;
	}

	void flaky(boolean flaky) {
		this.flaky = flaky;
	}

	/**
	 * Returns how many commits did not take place.
	 */
	int lostCommits() {
		return this.lostCommits.get();
	}

	/**
	 * Returns how many commits took place and then failed.
	 */
	int unheardCommits() {
		return this.unheardCommits.get();
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		return (bean instanceof DataSource dataSource) ? wrap(dataSource) : bean;
	}

	private DataSource wrap(DataSource dataSource) {
		return proxy(DataSource.class, (proxy, method, args) -> {
			if (!method.getName().equals("getConnection")) {
				return invoke(dataSource, method, args);
			}
			if (this.flaky && this.refusals.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
				throw new SQLTransientConnectionException("Refused", "08001");
			}
			return new Link((Connection) invoke(dataSource, method, args)).connection();
		});
	}

	private static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	private static Object invoke(Object target, Method method, Object @Nullable [] args) throws Throwable {
		try {
			return method.invoke(target, args);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * A connection that, once broken, stays so.
	 */
	private final class Link {

		private final Connection real;

		private volatile boolean broken;

		Link(Connection real) {
			this.real = real;
		}

		Connection connection() {
			return proxy(Connection.class, (proxy, method, args) -> switch (method.getName()) {
				case "close", "isClosed", "hashCode", "equals", "toString" -> invoke(this.real, method, args);
				case "isValid" -> !this.broken && (boolean) invoke(this.real, method, args);
				case "commit" -> commit(this.real, method, args);
				case "createStatement" -> statement(Statement.class, call(this.real, method, args));
				case "prepareStatement" -> statement(PreparedStatement.class, call(this.real, method, args));
				default -> call(this.real, method, args);
			});
		}

		private <T extends Statement> T statement(Class<T> type, Object statement) {
			return proxy(type, (proxy, method, args) -> switch (method.getName()) {
				case "close", "isClosed", "hashCode", "equals", "toString" -> invoke(statement, method, args);
				case "execute", "executeUpdate", "executeLargeUpdate", "executeBatch", "executeLargeBatch" ->
					this.real.getAutoCommit() ? commit(statement, method, args) : call(statement, method, args);
				default -> call(statement, method, args);
			});
		}

		private Object call(Object target, Method method, Object @Nullable [] args) throws Throwable {
			if (this.broken) {
				throw lost();
			}
			return invoke(target, method, args);
		}

		private Object commit(Object target, Method method, Object @Nullable [] args) throws Throwable {
			int fate = FlakyDataSource.this.flaky ? FlakyDataSource.this.random.nextInt(100) : 100;
			if (fate < 5) {
				FlakyDataSource.this.lostCommits.incrementAndGet();
				throw broken();
			}
			Object result = call(target, method, args);
			if (fate < 10) {
				FlakyDataSource.this.unheardCommits.incrementAndGet();
				throw broken();
			}
			return result;
		}

		/**
		 * Breaks the connection: the database rolls back what is not committed. One time
		 * in five the database cannot be reached for a while either.
		 */
		private SQLException broken() throws SQLException {
			this.broken = true;
			if (!this.real.getAutoCommit()) {
				this.real.rollback();
			}
			if (FlakyDataSource.this.random.nextInt(5) == 0) {
				FlakyDataSource.this.refusals
					.set(FlakyDataSource.this.random.nextInt(FlakyDataSource.this.longestOutage + 1));
			}
			return lost();
		}

		private static SQLException lost() {
			return new SQLNonTransientConnectionException("The connection is lost", "08006");
		}

	}

}
