package dev.rivet.runtime;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The object of an actor that is awake, and the state in it.
 * <p>
 * For the thread that has the turn.
 */
final class ActorObject {

	private final ActorRuntime runtime;

	private final ActorType type;

	private final Object bean;

	private final Object target;

	private Map<String, JsonNode> unknown = Map.of();

	private int generation;

	private final AtomicBoolean destroyed = new AtomicBoolean();

	ActorObject(ActorRuntime runtime, ActorType type) {
		this.runtime = runtime;
		this.type = type;
		this.bean = runtime.instances().make(type);
		this.target = ActorInstances.target(this.bean);
	}

	Object bean() {
		return this.bean;
	}

	ActorType type() {
		return this.type;
	}

	boolean isStateless() {
		return this.type.state().isEmpty();
	}

	/**
	 * Refuses initial values that could not be restored.
	 */
	void check() {
		this.type.state().check(this.target);
	}

	byte[] state() {
		return this.type.state().write(this.target, this.unknown);
	}

	/**
	 * Sets the state.
	 * @param state the state
	 * @return whether it has an entry for each field
	 */
	boolean read(byte[] state) {
		StateFields.Stored stored = this.type.state().read(this.target, state);
		this.unknown = stored.unknown();
		return stored.complete();
	}

	/**
	 * Returns the state if it is not the newest known.
	 * @param newest the newest known
	 * @param always whether it is returned in any case
	 * @return the state, or {@code null} if nothing changed
	 */
	byte @Nullable [] changedState(byte @Nullable [] newest, boolean always) {
		if (isStateless() && !always) {
			return null;
		}
		byte[] state = state();
		return (always || !Arrays.equals(state, newest)) ? state : null;
	}

	/**
	 * Sets the state to the newest that was handed over, if it is another one.
	 * @param newest the newest
	 */
	void restore(byte @Nullable [] newest) {
		if (newest != null && !isStateless() && !isUnchanged(newest)) {
			read(newest);
		}
	}

	private boolean isUnchanged(byte[] newest) {
		try {
			return Arrays.equals(state(), newest);
		}
		catch (UnserialisableStateException ex) {
			return false;
		}
	}

	/**
	 * Notes the generation of change sets that the state belongs to.
	 * @return whether it is another one than before
	 */
	boolean enter(int generation) {
		boolean other = this.generation != generation;
		this.generation = generation;
		return other;
	}

	/**
	 * Lets the container destroy the object, once.
	 */
	void destroy() {
		if (this.destroyed.compareAndSet(false, true)) {
			this.runtime.instances().destroy(this.type, this.bean);
		}
	}

}
