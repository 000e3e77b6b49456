package dev.rivet.autoconfigure;

import dev.rivet.runtime.ActorRuntime;

import org.springframework.context.SmartLifecycle;

/**
 * Closes the door before the web server begins its graceful stop: new calls are refused
 * and sockets closed, so that clients go elsewhere while requests drain.
 */
final class DoorLifecycle implements SmartLifecycle {

	/**
	 * Just above the phase in which Spring Boot begins the graceful stop of the web
	 * server.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 1024 + 1;

	private final ActorRuntime runtime;

	private volatile boolean running;

	DoorLifecycle(ActorRuntime runtime) {
		this.runtime = runtime;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.runtime.refuse();
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
