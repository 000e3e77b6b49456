package dev.rivet.runtime;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.rivet.actor.FireInfo;
import dev.rivet.actor.QueueMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The calls of an actor's methods that nobody outside has asked for: its hooks, the
 * listeners of its queues and the actions of its jobs.
 */
final class OwnCalls {

	private static final Log logger = LogFactory.getLog(OwnCalls.class);

	private static final ArrayNode NO_ARGUMENTS = JsonNodeFactory.instance.arrayNode();

	/**
	 * As RivetKit's engine waits for an actor to start.
	 */
	private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

	private final ActorRuntime runtime;

	private final Activation activation;

	OwnCalls(ActorRuntime runtime, Activation activation) {
		this.runtime = runtime;
		this.activation = activation;
	}

	void create(Turn turn, ActorMethod hook, byte @Nullable [] input) throws Throwable {
		ArrayNode args = arguments((input != null) ? this.runtime.inputs().read(input) : null);
		call(turn, hook, hook.bind(args, this.activation.context(), null, null), START_TIMEOUT);
	}

	void wake(Turn turn, @Nullable ActorMethod hook) throws Throwable {
		hook(turn, hook, START_TIMEOUT);
	}

	void sleep(Turn turn, ActorMethod hook) throws Throwable {
		hook(turn, hook, this.runtime.lifecycleTimeout());
	}

	private void hook(Turn turn, @Nullable ActorMethod hook, Duration timeout) throws Throwable {
		if (hook != null) {
			call(turn, hook, hook.bind(NO_ARGUMENTS, this.activation.context(), null, null), timeout);
		}
	}

	@Nullable Object listen(Turn turn, ActorMethod listener, QueueMessage message, JsonNode body) throws Throwable {
		ArrayNode args = arguments((listener.businessParameters() > 0) ? body : null);
		return call(turn, listener, listener.bind(args, this.activation.context(), null, message), actionTimeout());
	}

	void fire(Turn turn, ActorMethod action, ArrayNode args, FireInfo info) throws Throwable {
		String transactionName = action.transactionName();
		if (transactionName != null) {
			turn.useTransaction(transactionName);
		}
		call(turn, action, action.bind(args, this.activation.context(), null, info), actionTimeout());
	}

	/**
	 * Runs the run loop, for as long as it takes.
	 */
	void run(Turn turn, ActorMethod method) throws Throwable {
		invoke(turn, method, method.bind(NO_ARGUMENTS, this.activation.context(), null, null));
	}

	private Duration actionTimeout() {
		return this.activation.type().options().actionTimeout();
	}

	private ArrayNode arguments(@Nullable JsonNode argument) {
		ArrayNode args = this.runtime.wire().createArrayNode();
		return (argument != null) ? args.add(argument) : args;
	}

	private @Nullable Object call(Turn turn, ActorMethod method, @Nullable Object[] values, Duration timeout)
			throws Throwable {
		Future<?> timer = limit(turn, method, timeout);
		try {
			Object result = invoke(turn, method, values);
			turn.code().requireUninterrupted();
			return result;
		}
		finally {
			timer.cancel(false);
		}
	}

	/**
	 * Runs a hook that belongs to a segment of a turn of somebody else.
	 */
	void within(Turn turn, ActorMethod hook, @Nullable Object occasion) throws Throwable {
		Object[] values = hook.bind(List.of(), this.activation.context(), null, occasion);
		turn.call(() -> this.runtime.as(null, () -> hook.invoke(this.activation.bean(), values)));
	}

	private @Nullable Object invoke(Turn turn, ActorMethod method, @Nullable Object[] values) throws Throwable {
		// the thread may be that of a caller whose turn came before
		return turn.call(() -> this.runtime.as(null, () -> {
			Object returned = method.invoke(this.activation.bean(), values);
			return (returned instanceof CompletionStage<?> stage) ? turn.await(stage) : returned;
		}));
	}

	/**
	 * Interrupts a turn when the hook that destroys the actor takes too long.
	 */
	Future<?> limit(Turn turn, ActorMethod hook) {
		return limit(turn, hook, this.runtime.lifecycleTimeout());
	}

	/**
	 * Interrupts a turn when a method of the actor that no client has called takes too
	 * long.
	 */
	Future<?> limit(Turn turn, ActorMethod method, Duration timeout) {
		return this.runtime.schedule(() -> {
			logger.warn("%s of actor %s timed out and is interrupted".formatted(method, this.activation.id()));
			turn.code().interrupt(Errors.hookTimedOut(method));
		}, TimeUnit.NANOSECONDS.convert(timeout));
	}

}
