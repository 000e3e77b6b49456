package dev.rivet.runtime;

import java.util.Objects;

import dev.rivet.client.RivetException;
import dev.rivet.store.Claim;
import dev.rivet.store.StoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The start of an actor, as the beginning of the first turn: makes the object, restores
 * its state and connections, creates the actor if it is new, and lets it know that it
 * wakes.
 */
final class StartUp {

	private static final Log logger = LogFactory.getLog(StartUp.class);

	private final ActorRuntime runtime;

	private final Activation activation;

	private final LiveActor live;

	StartUp(ActorRuntime runtime, Activation activation, LiveActor live) {
		this.runtime = runtime;
		this.activation = activation;
		this.live = live;
	}

	/**
	 * Starts the actor.
	 * @return why that has failed, or {@code null} if it has not
	 */
	@Nullable RivetException run() {
		ActorType type = this.runtime.types().find(this.live.record().name());
		if (type == null) {
			return Errors.unknownName(this.live.record().name());
		}
		try {
			// the thread may be that of the caller who wakes it
			this.runtime.as(null, () -> {
				start(type);
				return null;
			});
			return null;
		}
		catch (Throwable ex) {
			logger.error("Actor '%s' with id %s could not be started".formatted(type.name(), this.activation.id()), ex);
			return (ex instanceof StoreException cause) ? Errors.of(cause) : this.runtime.errors().translate(ex);
		}
	}

	private void start(ActorType type) throws Throwable {
		Turn turn = new Turn(this.activation, null, true);
		Claim claim = this.live.load(type);
		LifecycleHooks hooks = type.lifecycle();
		boolean creating = claim.state() == null && hooks.onCreate() != null;
		boolean scheduled = !type.jobs().isEmpty() || claim.alarm() != null;
		if (creating || hooks.onWake() != null || scheduled) {
			turn.beginSegment();
			if (creating) {
				turn.creates();
				this.activation.ownCalls().create(turn, Objects.requireNonNull(hooks.onCreate()), claim.input());
			}
			this.live.reconnect();
			this.activation.ownCalls().wake(turn, hooks.onWake());
			if (scheduled) {
				this.live.agenda().schedules().declare(turn, type.jobs());
			}
			turn.end(new Started());
		}
		else {
			this.live.reconnect();
			this.live.journal().started();
		}
		if (this.activation.isEnding()) {
			return;
		}
		this.live.forgetGone(claim);
		for (LiveConnection connection : this.live.openConnections()) {
			connection.retakeSocket();
		}
		this.live.agenda().start(type);
		if (hooks.run() != null) {
			this.activation.submit(this.live.begin(new RunLoop(this.activation, hooks.run())));
		}
	}

	/**
	 * Tells that what the start has changed is durable.
	 */
	private final class Started extends Emission {

		@Override
		void leave() {
			StartUp.this.live.journal().started();
		}

		@Override
		void fail(Loss loss) {
			// the activation has ended with it
		}

	}

}
