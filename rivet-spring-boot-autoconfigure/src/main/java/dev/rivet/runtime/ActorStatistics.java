package dev.rivet.runtime;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the actors of one name do on this node. Nothing is kept up to date for it but the
 * rare end of a run loop: who asks pays, by a look at each actor in memory.
 */
public final class ActorStatistics {

	private final ActorType type;

	private final Collection<Activation> activations;

	private final Map<RunLoopEnd, LongAdder> runLoopEnds = new EnumMap<>(RunLoopEnd.class);

	ActorStatistics(ActorType type, Collection<Activation> activations) {
		this.type = type;
		this.activations = activations;
		for (RunLoopEnd end : RunLoopEnd.values()) {
			this.runLoopEnds.put(end, new LongAdder());
		}
	}

	/**
	 * Returns the name of the actors.
	 */
	public String name() {
		return this.type.name();
	}

	/**
	 * Returns whether the actors have a {@code @Run} method.
	 */
	public boolean hasRunLoop() {
		return this.type.lifecycle().run() != null;
	}

	/**
	 * Returns how many of the actors are awake.
	 */
	public long awake() {
		return this.activations.stream().filter(this::isAwake).count();
	}

	/**
	 * Returns in how many of the actors the run loop runs, or waits.
	 */
	public long runLoops() {
		return this.activations.stream().filter((activation) -> isAwake(activation) && runs(activation)).count();
	}

	/**
	 * Returns how many run loops have ended since the start.
	 * @param end how they ended
	 */
	public long runLoopsEnded(RunLoopEnd end) {
		return ends(end).sum();
	}

	void runLoopEnded(RunLoopEnd end) {
		ends(end).increment();
	}

	private LongAdder ends(RunLoopEnd end) {
		return Objects.requireNonNull(this.runLoopEnds.get(end));
	}

	private boolean isAwake(Activation activation) {
		return activation.typeIfKnown() == this.type && !activation.isClosed();
	}

	private static boolean runs(Activation activation) {
		RunLoop run = activation.runLoop();
		return run != null && !run.hasEnded();
	}

}
