package dev.rivet.autoconfigure;

import dev.rivet.runtime.ActorRuntime;
import dev.rivet.store.ActorStore;
import dev.rivet.store.JdbcActorStore;

import org.springframework.context.SmartLifecycle;

/**
 * Starts the store and the runtime before the web server, and stops them after it, when
 * requests have drained and the {@code DataSource} is still open.
 */
final class RuntimeLifecycle implements SmartLifecycle {

	/**
	 * Just below the phase in which Spring Boot starts and stops the web server.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 2048 - 1;

	private final ActorStore store;

	private final ActorRuntime runtime;

	private volatile boolean running;

	RuntimeLifecycle(ActorStore store, ActorRuntime runtime) {
		this.store = store;
		this.runtime = runtime;
	}

	@Override
	public void start() {
		if (this.store instanceof JdbcActorStore jdbc) {
			jdbc.start(this.runtime::ownershipLost);
		}
		this.runtime.start();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.runtime.stop();
		if (this.store instanceof JdbcActorStore jdbc) {
			jdbc.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
