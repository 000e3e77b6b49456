package dev.rivet.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.rivet.runtime.ActorSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Settings of actors and of what serves them. Those of all actors are what applies where
 * an {@link dev.rivet.actor.Actor @Actor} annotation says nothing; those of a single one,
 * by its name, apply whatever its annotation says.
 */
@ConfigurationProperties(prefix = "rivet", ignoreUnknownFields = false)
public class RivetProperties {

	/**
	 * So that a busy moment does not end it: it is renewed several times before.
	 */
	private static final Duration MIN_LEASE = Duration.ofSeconds(1);

	/**
	 * Path that everything for clients is served under.
	 */
	private String basePath = "/api/rivet";

	/**
	 * Region that this node runs in, as actors are told.
	 */
	private String region = "default";

	/**
	 * How long callers of an action wait, their time in the queue included.
	 */
	private Duration actionTimeout = Duration.ofSeconds(60);

	/**
	 * How long an actor is idle before it sleeps.
	 */
	private Duration sleepTimeout = Duration.ofSeconds(30);

	/**
	 * How long an actor's run loop may take to end when the actor sleeps.
	 */
	private Duration runStopTimeout = Duration.ofSeconds(15);

	/**
	 * How long the sleep of an actor waits for its background work.
	 */
	private Duration waitUntilTimeout = Duration.ofSeconds(15);

	/**
	 * Most messages that may wait in an actor's queue.
	 */
	private int maxQueueSize = 1_000;

	/**
	 * Largest message in an actor's queue.
	 */
	private DataSize maxQueueMessageSize = DataSize.ofBytes(65_536);

	/**
	 * Most jobs that an actor may have scheduled.
	 */
	private int maxSchedules = 1_000;

	/**
	 * How long each @OnSleep and @OnDestroy method may take.
	 */
	private Duration lifecycleTimeout = Duration.ofSeconds(5);

	/**
	 * How long each of an actor's connection hooks may take.
	 */
	private Duration connectTimeout = Duration.ofSeconds(5);

	/**
	 * Most bytes of a request's body.
	 */
	private DataSize maxIncomingMessageSize = DataSize.ofBytes(65_536);

	/**
	 * Most bytes of an encoded message to a client. An action whose result is longer
	 * fails; an event or a message over a raw WebSocket that is longer closes the socket.
	 */
	private DataSize maxOutgoingMessageSize = DataSize.ofBytes(1_048_576);

	/**
	 * Most bytes of a raw request's body.
	 */
	private DataSize maxRequestBodySize = DataSize.ofMegabytes(20);

	/**
	 * Token in the 'x-rivet-token' header with which clients may read the key-value data
	 * of actors; without one, or with an empty one, nobody may.
	 */
	private @Nullable String kvToken;

	/**
	 * How long running turns may take at shutdown.
	 */
	private @Nullable Duration shutdownTimeout;

	/**
	 * Whether the application fails to start when there are settings of actors that it
	 * does not have. Applications that share a configuration may have each other's.
	 */
	private boolean failOnUnknownActors = true;

	/**
	 * Whether encoded slashes are refused in paths outside of the base path.
	 */
	private boolean refuseEncodedSlashes = true;

	/**
	 * Settings of single actors by name.
	 */
	private final Map<String, ActorProperties> actors = new LinkedHashMap<>();

	private final Threads threads = new Threads();

	private final Websocket websocket = new Websocket();

	private final Store store = new Store();

	private final Cors cors = new Cors();

	public String getBasePath() {
		return this.basePath;
	}

	public void setBasePath(String basePath) {
		this.basePath = basePath;
	}

	public @Nullable String getKvToken() {
		return this.kvToken;
	}

	public void setKvToken(@Nullable String kvToken) {
		this.kvToken = StringUtils.hasText(kvToken) ? kvToken : null;
	}

	public String getRegion() {
		return this.region;
	}

	public void setRegion(String region) {
		this.region = region;
	}

	public Duration getActionTimeout() {
		return this.actionTimeout;
	}

	public void setActionTimeout(Duration actionTimeout) {
		this.actionTimeout = actionTimeout;
	}

	public Duration getSleepTimeout() {
		return this.sleepTimeout;
	}

	public void setSleepTimeout(Duration sleepTimeout) {
		this.sleepTimeout = sleepTimeout;
	}

	public Duration getRunStopTimeout() {
		return this.runStopTimeout;
	}

	public void setRunStopTimeout(Duration runStopTimeout) {
		this.runStopTimeout = runStopTimeout;
	}

	public Duration getWaitUntilTimeout() {
		return this.waitUntilTimeout;
	}

	public void setWaitUntilTimeout(Duration waitUntilTimeout) {
		this.waitUntilTimeout = waitUntilTimeout;
	}

	public int getMaxQueueSize() {
		return this.maxQueueSize;
	}

	public void setMaxQueueSize(int maxQueueSize) {
		this.maxQueueSize = maxQueueSize;
	}

	public DataSize getMaxQueueMessageSize() {
		return this.maxQueueMessageSize;
	}

	public void setMaxQueueMessageSize(DataSize maxQueueMessageSize) {
		this.maxQueueMessageSize = maxQueueMessageSize;
	}

	public int getMaxSchedules() {
		return this.maxSchedules;
	}

	public void setMaxSchedules(int maxSchedules) {
		this.maxSchedules = maxSchedules;
	}

	public Duration getLifecycleTimeout() {
		return this.lifecycleTimeout;
	}

	public void setLifecycleTimeout(Duration lifecycleTimeout) {
		this.lifecycleTimeout = lifecycleTimeout;
	}

	/**
	 * Refuses values with which nothing could work.
	 * @throws InvalidConfigurationPropertyValueException if there are any
	 */
	void requireUsable() {
		requireUsable("rivet.", toSettings());
		this.actors.forEach((name, actor) -> requireUsable("rivet.actors." + name + ".", actor.toSettings()));
		requirePositive("rivet.lifecycle-timeout", this.lifecycleTimeout);
		requirePositive("rivet.connect-timeout", this.connectTimeout);
		requireNotNegative("rivet.shutdown-timeout", this.shutdownTimeout);
		requirePositive("rivet.max-incoming-message-size", this.maxIncomingMessageSize);
		requirePositive("rivet.max-outgoing-message-size", this.maxOutgoingMessageSize);
		requirePositive("rivet.max-request-body-size", this.maxRequestBodySize);
		requirePositive("rivet.threads.max", this.threads.max);
		requirePositive("rivet.websocket.ping-interval", this.websocket.pingInterval);
		requirePositive("rivet.websocket.send-buffer-size", this.websocket.sendBufferSize);
		requirePositive("rivet.websocket.receive-buffer-size", this.websocket.receiveBufferSize);
		requirePositive("rivet.websocket.node-receive-buffer-size", this.websocket.nodeReceiveBufferSize);
		requirePositive("rivet.store.outcome-timeout", this.store.outcomeTimeout);
		requirePositive("rivet.store.read-timeout", this.store.readTimeout);
		require("rivet.store.lease", this.store.lease, this.store.lease.compareTo(MIN_LEASE) >= 0,
				"It must be at least " + MIN_LEASE.toSeconds() + " s.");
	}

	private static void requireUsable(String prefix, ActorSettings settings) {
		requirePositive(prefix + "action-timeout", settings.actionTimeout());
		requirePositive(prefix + "sleep-timeout", settings.sleepTimeout());
		requireNotNegative(prefix + "run-stop-timeout", settings.runStopTimeout());
		requireNotNegative(prefix + "wait-until-timeout", settings.waitUntilTimeout());
		requireNotNegative(prefix + "max-queue-size", settings.maxQueueSize());
		requirePositive(prefix + "max-queue-message-size", settings.maxQueueMessageSize());
		requireNotNegative(prefix + "max-schedules", settings.maxSchedules());
	}

	private static void requirePositive(String property, @Nullable Object value) {
		require(property, value, value == null || signum(value) > 0, "It must be positive.");
	}

	private static void requireNotNegative(String property, @Nullable Object value) {
		require(property, value, value == null || signum(value) >= 0, "It must not be negative.");
	}

	private static int signum(Object value) {
		return (value instanceof Duration duration) ? duration.compareTo(Duration.ZERO)
				: Long.signum((value instanceof DataSize size) ? size.toBytes() : ((Number) value).longValue());
	}

	private static void require(String property, @Nullable Object value, boolean condition, String reason) {
		if (!condition) {
			throw new InvalidConfigurationPropertyValueException(property, value, reason);
		}
	}

	ActorSettings toSettings() {
		return new ActorSettings(this.actionTimeout, this.sleepTimeout, false, this.runStopTimeout,
				this.waitUntilTimeout, this.maxQueueSize, this.maxQueueMessageSize.toBytes(), this.maxSchedules);
	}

	public Duration getConnectTimeout() {
		return this.connectTimeout;
	}

	public void setConnectTimeout(Duration connectTimeout) {
		this.connectTimeout = connectTimeout;
	}

	public DataSize getMaxIncomingMessageSize() {
		return this.maxIncomingMessageSize;
	}

	public void setMaxIncomingMessageSize(DataSize maxIncomingMessageSize) {
		this.maxIncomingMessageSize = maxIncomingMessageSize;
	}

	public DataSize getMaxOutgoingMessageSize() {
		return this.maxOutgoingMessageSize;
	}

	public void setMaxOutgoingMessageSize(DataSize maxOutgoingMessageSize) {
		this.maxOutgoingMessageSize = maxOutgoingMessageSize;
	}

	public DataSize getMaxRequestBodySize() {
		return this.maxRequestBodySize;
	}

	public void setMaxRequestBodySize(DataSize maxRequestBodySize) {
		this.maxRequestBodySize = maxRequestBodySize;
	}

	public @Nullable Duration getShutdownTimeout() {
		return this.shutdownTimeout;
	}

	public void setShutdownTimeout(@Nullable Duration shutdownTimeout) {
		this.shutdownTimeout = shutdownTimeout;
	}

	public boolean isRefuseEncodedSlashes() {
		return this.refuseEncodedSlashes;
	}

	public void setRefuseEncodedSlashes(boolean refuseEncodedSlashes) {
		this.refuseEncodedSlashes = refuseEncodedSlashes;
	}

	public boolean isFailOnUnknownActors() {
		return this.failOnUnknownActors;
	}

	public void setFailOnUnknownActors(boolean failOnUnknownActors) {
		this.failOnUnknownActors = failOnUnknownActors;
	}

	public Map<String, ActorProperties> getActors() {
		return this.actors;
	}

	public Threads getThreads() {
		return this.threads;
	}

	public Websocket getWebsocket() {
		return this.websocket;
	}

	public Store getStore() {
		return this.store;
	}

	public Cors getCors() {
		return this.cors;
	}

	/**
	 * Settings of one actor.
	 */
	public static class ActorProperties {

		/**
		 * How long callers of an action of this actor wait, their time in the queue
		 * included.
		 */
		private @Nullable Duration actionTimeout;

		/**
		 * How long an actor is idle before it sleeps.
		 */
		private @Nullable Duration sleepTimeout;

		/**
		 * Whether the actor never sleeps because it is idle.
		 */
		private @Nullable Boolean noSleep;

		/**
		 * How long an actor's run loop may take to end when the actor sleeps.
		 */
		private @Nullable Duration runStopTimeout;

		/**
		 * How long the sleep of an actor waits for its background work.
		 */
		private @Nullable Duration waitUntilTimeout;

		/**
		 * Most messages that may wait in an actor's queue.
		 */
		private @Nullable Integer maxQueueSize;

		/**
		 * Largest message in an actor's queue.
		 */
		private @Nullable DataSize maxQueueMessageSize;

		/**
		 * Most jobs that an actor may have scheduled.
		 */
		private @Nullable Integer maxSchedules;

		public @Nullable Duration getActionTimeout() {
			return this.actionTimeout;
		}

		public void setActionTimeout(@Nullable Duration actionTimeout) {
			this.actionTimeout = actionTimeout;
		}

		public @Nullable Duration getSleepTimeout() {
			return this.sleepTimeout;
		}

		public void setSleepTimeout(@Nullable Duration sleepTimeout) {
			this.sleepTimeout = sleepTimeout;
		}

		public @Nullable Boolean getNoSleep() {
			return this.noSleep;
		}

		public void setNoSleep(@Nullable Boolean noSleep) {
			this.noSleep = noSleep;
		}

		public @Nullable Duration getRunStopTimeout() {
			return this.runStopTimeout;
		}

		public void setRunStopTimeout(@Nullable Duration runStopTimeout) {
			this.runStopTimeout = runStopTimeout;
		}

		public @Nullable Duration getWaitUntilTimeout() {
			return this.waitUntilTimeout;
		}

		public void setWaitUntilTimeout(@Nullable Duration waitUntilTimeout) {
			this.waitUntilTimeout = waitUntilTimeout;
		}

		public @Nullable Integer getMaxQueueSize() {
			return this.maxQueueSize;
		}

		public void setMaxQueueSize(@Nullable Integer maxQueueSize) {
			this.maxQueueSize = maxQueueSize;
		}

		public @Nullable DataSize getMaxQueueMessageSize() {
			return this.maxQueueMessageSize;
		}

		public void setMaxQueueMessageSize(@Nullable DataSize maxQueueMessageSize) {
			this.maxQueueMessageSize = maxQueueMessageSize;
		}

		public @Nullable Integer getMaxSchedules() {
			return this.maxSchedules;
		}

		public void setMaxSchedules(@Nullable Integer maxSchedules) {
			this.maxSchedules = maxSchedules;
		}

		ActorSettings toSettings() {
			DataSize messageSize = this.maxQueueMessageSize;
			return new ActorSettings(this.actionTimeout, this.sleepTimeout, this.noSleep, this.runStopTimeout,
					this.waitUntilTimeout, this.maxQueueSize, (messageSize != null) ? messageSize.toBytes() : null,
					this.maxSchedules);
		}

	}

	/**
	 * Settings of the threads for turns.
	 */
	public static class Threads {

		/**
		 * Most threads for turns where the JVM has no virtual threads. A quarter of them
		 * may run at a time, the others only wait.
		 */
		private int max = 800;

		public int getMax() {
			return this.max;
		}

		public void setMax(int max) {
			this.max = max;
		}

	}

	/**
	 * Settings of WebSockets.
	 */
	public static class Websocket {

		/**
		 * How often clients are pinged. One that is not heard of for twice as long is
		 * disconnected.
		 */
		private Duration pingInterval = Duration.ofSeconds(30);

		/**
		 * Most bytes that may wait for one client. A client that is slower is
		 * disconnected.
		 */
		private DataSize sendBufferSize = DataSize.ofMegabytes(4);

		/**
		 * Most bytes of the heap that what one client has sent may take while its actor
		 * is busy or sleeps. Calls past that are refused; other messages close the
		 * connection.
		 */
		private DataSize receiveBufferSize = DataSize.ofMegabytes(128);

		/**
		 * Most bytes of the heap that what all clients of this node have sent may take,
		 * beside the first 64 KB of each. A sixteenth of the heap by default.
		 */
		private @Nullable DataSize nodeReceiveBufferSize;

		public Duration getPingInterval() {
			return this.pingInterval;
		}

		public void setPingInterval(Duration pingInterval) {
			this.pingInterval = pingInterval;
		}

		public DataSize getSendBufferSize() {
			return this.sendBufferSize;
		}

		public void setSendBufferSize(DataSize sendBufferSize) {
			this.sendBufferSize = sendBufferSize;
		}

		public DataSize getReceiveBufferSize() {
			return this.receiveBufferSize;
		}

		public void setReceiveBufferSize(DataSize receiveBufferSize) {
			this.receiveBufferSize = receiveBufferSize;
		}

		public @Nullable DataSize getNodeReceiveBufferSize() {
			return this.nodeReceiveBufferSize;
		}

		public void setNodeReceiveBufferSize(@Nullable DataSize nodeReceiveBufferSize) {
			this.nodeReceiveBufferSize = nodeReceiveBufferSize;
		}

	}

	/**
	 * Settings of the store.
	 */
	public static class Store {

		/**
		 * How long this node stays the owner of its actors without being heard of.
		 */
		private Duration lease = Duration.ofSeconds(15);

		/**
		 * How long the outcome of a commit is looked for when the connection was lost
		 * during it.
		 */
		private Duration outcomeTimeout = Duration.ofSeconds(10);

		/**
		 * How long an actor is looked up, or its rows are read, before the caller is told
		 * to try again.
		 */
		private Duration readTimeout = Duration.ofSeconds(10);

		/**
		 * Whether H2 writes each commit through to the disk.
		 */
		private boolean sync;

		/**
		 * Whether the actors' tables are created and migrated at startup, rather than by
		 * somebody else beforehand.
		 */
		private boolean initializeSchema = true;

		public Duration getLease() {
			return this.lease;
		}

		public void setLease(Duration lease) {
			this.lease = lease;
		}

		public Duration getOutcomeTimeout() {
			return this.outcomeTimeout;
		}

		public void setOutcomeTimeout(Duration outcomeTimeout) {
			this.outcomeTimeout = outcomeTimeout;
		}

		public Duration getReadTimeout() {
			return this.readTimeout;
		}

		public void setReadTimeout(Duration readTimeout) {
			this.readTimeout = readTimeout;
		}

		public boolean isSync() {
			return this.sync;
		}

		public void setSync(boolean sync) {
			this.sync = sync;
		}

		public boolean isInitializeSchema() {
			return this.initializeSchema;
		}

		public void setInitializeSchema(boolean initializeSchema) {
			this.initializeSchema = initializeSchema;
		}

	}

	/**
	 * Settings of requests from pages of other origins, which are refused unless allowed.
	 */
	public static class Cors {

		/**
		 * Origins whose pages may send requests.
		 */
		private List<String> allowedOrigins = new ArrayList<>();

		/**
		 * Patterns of origins whose pages may send requests.
		 */
		private List<String> allowedOriginPatterns = new ArrayList<>();

		/**
		 * Whether requests from other origins may carry credentials.
		 */
		private boolean allowCredentials = true;

		public List<String> getAllowedOrigins() {
			return this.allowedOrigins;
		}

		public void setAllowedOrigins(List<String> allowedOrigins) {
			this.allowedOrigins = allowedOrigins;
		}

		public List<String> getAllowedOriginPatterns() {
			return this.allowedOriginPatterns;
		}

		public void setAllowedOriginPatterns(List<String> allowedOriginPatterns) {
			this.allowedOriginPatterns = allowedOriginPatterns;
		}

		public boolean isAllowCredentials() {
			return this.allowCredentials;
		}

		public void setAllowCredentials(boolean allowCredentials) {
			this.allowCredentials = allowCredentials;
		}

	}

}
