package dev.rivet.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Settings of actors.
 */
@ConfigurationProperties("rivet")
public class RivetProperties {

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
	 * How long each of an actor's connection hooks may take.
	 */
	private Duration connectTimeout = Duration.ofSeconds(5);

	/**
	 * Most bytes of a request's body.
	 */
	private DataSize maxIncomingMessageSize = DataSize.ofBytes(65_536);

	/**
	 * Most bytes of an action's encoded result.
	 */
	private DataSize maxOutgoingMessageSize = DataSize.ofBytes(1_048_576);

	/**
	 * Most bytes of a raw request's body.
	 */
	private DataSize maxRequestBodySize = DataSize.ofMegabytes(20);

	/**
	 * How long running turns may take at shutdown.
	 */
	private @Nullable Duration shutdownTimeout;

	/**
	 * Settings of single actors by name.
	 */
	private final Map<String, ActorSettings> actors = new LinkedHashMap<>();

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

	public Map<String, ActorSettings> getActors() {
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
	public static class ActorSettings {

		/**
		 * How long callers of an action of this actor wait, their time in the queue
		 * included.
		 */
		private @Nullable Duration actionTimeout;

		public @Nullable Duration getActionTimeout() {
			return this.actionTimeout;
		}

		public void setActionTimeout(@Nullable Duration actionTimeout) {
			this.actionTimeout = actionTimeout;
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
		 * Whether H2 writes each commit through to the disk.
		 */
		private boolean sync;

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

		public boolean isSync() {
			return this.sync;
		}

		public void setSync(boolean sync) {
			this.sync = sync;
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
