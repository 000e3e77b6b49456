package dev.rivet.runtime;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.rivet.store.ChangeSet;
import dev.rivet.store.Row;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The end of an actor's time in memory, when nothing of it runs any more.
 */
final class FallingAsleep {

	private static final Log logger = LogFactory.getLog(FallingAsleep.class);

	private final ActorRuntime runtime;

	private final Activation activation;

	private final LiveActor live;

	FallingAsleep(ActorRuntime runtime, Activation activation, LiveActor live) {
		this.runtime = runtime;
		this.activation = activation;
		this.live = live;
	}

	/**
	 * Lets the actor fall asleep.
	 * @param asked completes when that is durable
	 */
	void run(CompletableFuture<@Nullable Void> asked) {
		try {
			fallAsleep(asked);
		}
		catch (RuntimeException ex) {
			logger.error("Actor %s could not fall asleep and is given up".formatted(this.activation.id()), ex);
			this.activation.abandon();
		}
	}

	private void fallAsleep(CompletableFuture<@Nullable Void> asked) {
		this.activation.close();
		List<LiveConnection> staying = this.live.staying();
		this.live.openConnections()
			.stream()
			.filter((connection) -> !staying.contains(connection))
			.forEach((connection) -> {
				this.live.end(List.of(connection), Activation.STOPPED);
				connection.leaveAsleep();
			});
		if (!this.live.journal().isDestroyed()) {
			runHook();
		}
		// should a change fail from here on, what is read now is not so
		int generation = this.live.beginSegment();
		if (this.live.journal().isDestroyed()) {
			this.activation.destroyed(generation, null, new CompletableFuture<>());
			return;
		}
		this.live.destroyObject();
		this.runtime.hibernating().keep(this.activation.id(), staying);
		List<Row> last = this.live.agenda().lastRows();
		this.activation.ended()
			.thenRun(() -> this.runtime.alarms().asleep(this.activation.id(), this.live.agenda().alarm()));
		this.activation.seal(generation, last, new ChangeSet.Slept(this.runtime.clock().instant()), asked);
	}

	private void runHook() {
		ActorMethod hook = this.activation.type().lifecycle().onSleep();
		if (hook == null) {
			return;
		}
		Turn turn = new Turn(this.activation, hook, false);
		try {
			turn.beginSegment();
			this.activation.ownCalls().sleep(turn, hook);
			turn.end(null);
		}
		catch (Throwable ex) {
			logger.error("The %s of actor %s failed".formatted(hook, this.activation.id()), ex);
			turn.discard();
		}
	}

}
