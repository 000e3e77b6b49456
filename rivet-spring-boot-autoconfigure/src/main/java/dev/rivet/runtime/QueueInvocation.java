package dev.rivet.runtime;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.rivet.client.QueueResult;
import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A message for the queue of an actor.
 *
 * @param queue the name of the queue
 * @param body the message
 * @param waits whether the sender waits until it is completed
 * @param timeout how long, or {@code null} to wait for ever
 */
record QueueInvocation(String queue, JsonNode body, boolean waits,
		@Nullable Duration timeout) implements Invocation<QueueResult> {

	private static final Duration FOR_EVER = Duration.ofDays(365);

	QueueInvocation {
		if (timeout != null && timeout.compareTo(FOR_EVER) > 0) {
			timeout = FOR_EVER;
		}
	}

	@Override
	public @Nullable ActorMethod method(ActorType type) {
		return null;
	}

	@Override
	public boolean needsMethod() {
		return false;
	}

	@Override
	public Duration limit(Duration actionTimeout) {
		if (!this.waits) {
			return actionTimeout;
		}
		return (this.timeout != null) ? actionTimeout.plus(this.timeout) : FOR_EVER;
	}

	@Override
	public RivetException notFound() {
		return Errors.actionNotFound(this.queue);
	}

	@Override
	public @Nullable Object invoke(@Nullable ActorMethod method, Activation activation, LiveConnection connection)
			throws Throwable {
		Turn turn = activation.turn();
		ActorMethod rule = activation.type().queues().canPublish(this.queue);
		if (rule != null && !connection.isAllowed(turn, rule, this.queue)) {
			throw Errors.publishForbidden();
		}
		Mailbox mailbox = activation.agenda().mailbox();
		if (!this.waits) {
			mailbox.send(turn, this.queue, this.body, null);
			return QueueResult.COMPLETED;
		}
		CompletableFuture<QueueResult> result = new CompletableFuture<>();
		mailbox.send(turn, this.queue, this.body, result);
		if (this.timeout != null) {
			result.completeOnTimeout(QueueResult.TIMED_OUT, this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		return result;
	}

	@Override
	public QueueResult answer(@Nullable Object result) {
		return (QueueResult) Objects.requireNonNull(result);
	}

	@Override
	public String toString() {
		return "A message for queue '" + this.queue + "'";
	}

}
