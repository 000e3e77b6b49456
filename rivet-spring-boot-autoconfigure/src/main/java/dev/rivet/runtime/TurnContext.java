package dev.rivet.runtime;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.rivet.actor.AbortSignal;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.ActorKey;
import dev.rivet.actor.ActorQueue;
import dev.rivet.actor.Connection;
import dev.rivet.actor.Kv;
import dev.rivet.actor.Schedule;
import dev.rivet.client.EventMessage;
import dev.rivet.client.RivetClient;
import dev.rivet.store.ActorRecord;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.Assert;

/**
 * The {@link ActorContext} of one activation.
 */
final class TurnContext implements ActorContext {

	private static final Log logger = LogFactory.getLog(TurnContext.class);

	private static final String LOGGER_PREFIX = "rivet.actor.";

	private final ActorRuntime runtime;

	private final Activation activation;

	private final ActorRecord record;

	TurnContext(ActorRuntime runtime, Activation activation, ActorRecord record) {
		this.runtime = runtime;
		this.activation = activation;
		this.record = record;
	}

	@Override
	public String actorId() {
		return this.record.id();
	}

	@Override
	public String name() {
		return this.record.name();
	}

	@Override
	public ActorKey key() {
		return this.record.key();
	}

	@Override
	public String region() {
		return this.runtime.region();
	}

	@Override
	public RivetClient client() {
		return this.runtime.client();
	}

	@Override
	public Logger log() {
		return LoggerFactory.getLogger(LOGGER_PREFIX + name());
	}

	@Override
	public List<Connection> connections() {
		turn();
		return List.copyOf(this.activation.connections().all());
	}

	@Override
	public void broadcast(String event, @Nullable Object... args) {
		broadcastExcept(Set.of(), event, args);
	}

	@Override
	public void broadcastExcept(Collection<Connection> excluded, String event, @Nullable Object... args) {
		Turn turn = turn();
		EventMessage message = this.activation.type().events().message(event, args);
		List<LiveConnection> subscribers = this.activation.connections().subscribers(event);
		if (!subscribers.isEmpty()) {
			turn.emit(new Broadcast(message, subscribers, new HashSet<>(excluded)));
		}
	}

	@Override
	public void saveState() {
		Turn turn = turn();
		Assert.state(!turn.isStarting(), "What @OnCreate and @OnWake change is committed as a whole, at their end");
		CompletableFuture<@Nullable Void> saved = new CompletableFuture<>();
		turn.emit(new Completion(saved, CommitFailedException::new));
		turn.await(saved);
	}

	@Override
	public <T extends @Nullable Object> T await(CompletionStage<T> stage) {
		return turn().await(stage);
	}

	@Override
	public Schedule schedule() {
		return this.activation.agenda().schedules();
	}

	@Override
	public Kv kv() {
		return new TurnKv(this.activation);
	}

	@Override
	public ActorQueue queue() {
		return this.activation.agenda().mailbox();
	}

	@Override
	public void delay(Duration duration) {
		Turn turn = turn();
		CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
		Future<?> timer = this.runtime.schedule(() -> over.complete(null), TimeUnit.NANOSECONDS.convert(duration));
		try {
			turn.await(over);
		}
		finally {
			timer.cancel(false);
		}
	}

	@Override
	public void sleep() {
		turn();
		this.activation.askSleep();
	}

	@Override
	public void setPreventSleep(boolean prevent) {
		turn();
		this.activation.wakefulness().setPreventSleep(prevent);
	}

	@Override
	public <T extends @Nullable Object> CompletionStage<T> keepAwake(CompletionStage<T> stage) {
		return this.activation.wakefulness().keepAwake(stage);
	}

	@Override
	public void waitUntil(CompletionStage<?> work) {
		this.activation.wakefulness().waitUntil(work);
	}

	@Override
	public boolean aborted() {
		return abortSignal().aborted();
	}

	@Override
	public AbortSignal abortSignal() {
		return this.activation.abortSignal();
	}

	@Override
	public void run(Runnable code) {
		Object caller = this.runtime.captureCaller();
		RunnableTurn queued = new RunnableTurn(this.activation, (turn) -> {
			turn.call(() -> this.runtime.as(caller, () -> {
				code.run();
				return null;
			}));
			return null;
		}, (turn, failure) -> logger.error("A queued turn of actor %s failed".formatted(actorId()), failure));
		if (!this.activation.submit(queued)) {
			throw Errors.restarting();
		}
	}

	@Override
	public void destroy() {
		turn().destroy();
	}

	private Turn turn() {
		return this.activation.turn();
	}

}
