package dev.rivet.runtime;

import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.ConnectionListener;
import dev.rivet.client.QueueResult;
import dev.rivet.client.RivetClient;
import dev.rivet.client.TransportConnection;
import dev.rivet.store.ActorStore;
import dev.rivet.store.Creation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Runs the actors that this node owns, and is the door through which everything reaches
 * them: finds or wakes the actor that is meant and queues what is asked of it.
 */
public final class ActorRuntime {

	private static final Log logger = LogFactory.getLog(ActorRuntime.class);

	private final ActorTypes types;

	private final ActorInstances instances;

	private final ActorStore store;

	private final ObjectMapper wire;

	private final ObjectMapper stored;

	private final InputFormat inputs;

	private final Clock clock;

	private final RuntimeSettings settings;

	private final CallerContext callerContext;

	private final ErrorTranslators errors;

	private final TurnThreads threads;

	private final ReceiveBuffer receiveBuffer;

	private final Lookups lookups;

	private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, daemons("rivet-timer-"));

	private final Alarms alarms = new Alarms(this, daemons("rivet-alarms-"));

	private final ActorDirectory directory;

	private final ActorRecords records;

	private final ActorAdministration administration;

	private final HibernatingConnections hibernating = new HibernatingConnections();

	private final RivetClient client;

	private final Map<String, ActorStatistics> statistics;

	private final AtomicInteger serving = new AtomicInteger();

	private volatile boolean running = true;

	/**
	 * Creates a runtime for the actor classes among the beans.
	 * @param beans where the actor classes are
	 * @param store where actors are kept
	 * @param wire the mapper for arguments and results
	 * @param stored the mapper for state, which writes CBOR
	 * @param inputs how inputs are kept
	 * @param clock what tells the time
	 * @param settings settings
	 * @param callerContext what is carried from callers to turns
	 * @param translators what turns exceptions of libraries into errors for clients, in
	 * order
	 * @throws InvalidActorException if a class cannot be an actor
	 */
	public ActorRuntime(ConfigurableListableBeanFactory beans, ActorStore store, ObjectMapper wire, ObjectMapper stored,
			InputFormat inputs, Clock clock, RuntimeSettings settings, CallerContext callerContext,
			List<ErrorTranslator> translators) {
		this.types = new ActorTypeReader(beans, wire, stored, settings).read();
		this.lookups = new Lookups(daemons("rivet-lookup-"), settings.readTimeout());
		this.directory = new ActorDirectory(this, this.types, store, this.lookups, new ActorIds(clock));
		this.records = new ActorRecords(store);
		this.administration = new ActorAdministration(this.directory, this.alarms);
		this.statistics = this.types.statistics(this.directory.activations());
		this.instances = beans.getBean(ActorInstances.class);
		this.store = store;
		this.wire = wire;
		this.stored = stored;
		this.inputs = inputs;
		this.clock = clock;
		this.settings = settings;
		this.callerContext = callerContext;
		this.errors = new ErrorTranslators(translators, wire);
		this.threads = TurnThreads.create(settings.maxThreads());
		this.receiveBuffer = new ReceiveBuffer(settings.receiveBuffer(), settings.nodeReceiveBuffer());
		this.timers.setRemoveOnCancelPolicy(true);
		// there is always something due before a call times out, else each call would
		// wake the timer's thread
		this.timers.scheduleAtFixedRate(() -> {
		}, 1, 1, TimeUnit.SECONDS);
		this.client = RivetClient.over(new LocalTransport(this), wire);
	}

	private static CustomizableThreadFactory daemons(String prefix) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
		factory.setDaemon(true);
		return factory;
	}

	/**
	 * Returns a client that calls the actors of this runtime without leaving the process.
	 */
	public RivetClient client() {
		return this.client;
	}

	/**
	 * Returns what is known of actors, on whichever node they are.
	 */
	public ActorRecords records() {
		return this.records;
	}

	/**
	 * Returns what creates, ends and otherwise treats actors from outside.
	 */
	public ActorAdministration administration() {
		return this.administration;
	}

	<T> void dispatch(ActorAddress actor, Invocation<T> invocation, @Nullable JsonNode parameters,
			@Nullable Object caller, @Nullable Object request, CompletableFuture<T> reply) {
		if (this.threads.isExhausted()) {
			reply.completeExceptionally(Errors.overloaded());
			return;
		}
		LiveConnection connection = new LiveConnection(this, nameOf(actor), parameters, caller, request, null, null);
		long acceptedAt = System.nanoTime();
		this.directory.withActivation(actor, reply, this.directory.orSuccessor(actor, reply,
				(activation) -> call(activation, connection, invocation, reply, acceptedAt)));
	}

	<T> Call<T> call(Activation activation, LiveConnection connection, Invocation<T> invocation,
			CompletableFuture<T> reply) {
		return call(activation, connection, invocation, reply, System.nanoTime());
	}

	private <T> Call<T> call(Activation activation, LiveConnection connection, Invocation<T> invocation,
			CompletableFuture<T> reply, long acceptedAt) {
		Call<T> call = new Call<>(this, activation, connection, invocation, reply, acceptedAt);
		call.limit(invocation.limit(this.types.actionTimeout(activation.typeIfKnown())));
		return call;
	}

	/**
	 * Calls an action for a caller whose thread has nothing else to do: where that is as
	 * good as another thread, the action runs on it, and is committed on it if no other
	 * call is served meanwhile, whose changes could be committed with its own. A sleeping
	 * actor wakes on it under the same condition.
	 * @param actor the actor
	 * @param action the name of the action
	 * @param args the arguments
	 * @param parameters the connection's parameters, if any
	 * @param request the request that the call came with, for hooks
	 * @return the action's result
	 */
	public CompletableFuture<JsonNode> serve(ActorAddress actor, String action, ArrayNode args,
			@Nullable JsonNode parameters, Object request) {
		if (!this.running) {
			return CompletableFuture.failedFuture(Errors.restarting());
		}
		if (this.threads.isExhausted()) {
			return CompletableFuture.failedFuture(Errors.overloaded());
		}
		// before anything else, since it fails for a key that is none
		Activation living = this.directory.living(actor);
		CompletableFuture<JsonNode> reply = new CompletableFuture<>();
		this.serving.incrementAndGet();
		reply.whenComplete((output, failure) -> this.serving.decrementAndGet());
		ActionInvocation invocation = new ActionInvocation(action, args, this.wire);
		LiveConnection connection = new LiveConnection(this, nameOf(actor), parameters, this.callerContext.capture(),
				request, null, null);
		Function<Activation, TurnQueue.Entry> call = this.directory.orSuccessor(actor, reply,
				(activation) -> call(activation, connection, invocation, reply).served());
		if (living == null && servesOne()) {
			living = this.directory.wakeHere(actor);
		}
		if (living == null || !living.submitHere(call.apply(living), living.typeIfClaimed(), action)) {
			this.directory.withActivation(actor, reply, call);
		}
		return reply;
	}

	/**
	 * Returns whether a single call is served.
	 */
	boolean servesOne() {
		return this.serving.get() == 1;
	}

	/**
	 * Sends a message to the queue of an actor.
	 * @param actor the actor
	 * @param queue the name of the queue
	 * @param body the message
	 * @param waits whether the sender waits until it is completed
	 * @param timeout how long, or {@code null} to wait for ever
	 * @param parameters the connection's parameters, if any
	 * @param caller the captured context of the sender
	 * @param request the request that the message came with, for hooks
	 * @return what became of the message
	 */
	public CompletableFuture<QueueResult> send(ActorAddress actor, String queue, JsonNode body, boolean waits,
			@Nullable Duration timeout, @Nullable JsonNode parameters, @Nullable Object caller,
			@Nullable Object request) {
		if (!this.running && Turn.current() == null) {
			return CompletableFuture.failedFuture(Errors.restarting());
		}
		CompletableFuture<QueueResult> reply = new CompletableFuture<>();
		OutgoingCall.make(reply, () -> dispatch(actor, new QueueInvocation(queue, body, waits, timeout), parameters,
				caller, request, reply));
		return reply;
	}

	/**
	 * Finds an actor, creating it if the address says so.
	 * @param address which actor
	 * @return the actor; fails with {@code actor/not_found}
	 */
	public CompletableFuture<Creation> find(ActorAddress address) {
		return this.directory.find(address);
	}

	/**
	 * Finds the method that handles the raw requests of an actor, which is not woken.
	 * @param actor the actor
	 * @return the method, if there is one; fails with {@code actor/not_found}
	 */
	public CompletableFuture<Optional<Method>> requestMethod(ActorAddress actor) {
		Activation living = this.directory.living(actor);
		ActorType type = (living != null) ? living.typeIfKnown() : null;
		if (type == null && actor instanceof ActorAddress.OrCreated orCreated) {
			type = this.types.get(orCreated.name());
		}
		return (type != null) ? CompletableFuture.completedFuture(requestMethod(type))
				: find(actor).thenApply((found) -> requestMethod(this.types.get(found.actor().name())));
	}

	private static Optional<Method> requestMethod(ActorType type) {
		return Optional.ofNullable(type.onRequest()).map(ActorMethod::method);
	}

	/**
	 * Lets an actor handle a raw request.
	 * @param actor the actor
	 * @param parameters the connection's parameters, if any
	 * @param request the request, for hooks
	 * @param handling calls the actor's method
	 * @return what the method returned
	 */
	public CompletableFuture<Optional<Object>> handle(ActorAddress actor, @Nullable JsonNode parameters, Object request,
			RequestHandling handling) {
		if (!this.running) {
			return CompletableFuture.failedFuture(Errors.restarting());
		}
		CompletableFuture<Optional<Object>> reply = new CompletableFuture<>();
		dispatch(actor, new RequestInvocation(handling), parameters, captureCaller(), request, reply);
		return reply;
	}

	private static @Nullable String nameOf(ActorAddress actor) {
		return (actor instanceof ActorAddress.ById byId) ? byId.name() : null;
	}

	/**
	 * Captures who calls, for a connection that another thread opens.
	 * @return the captured context
	 */
	public @Nullable Object captureCaller() {
		return this.callerContext.capture();
	}

	/**
	 * Returns where the application's code runs that follows something asynchronous.
	 */
	public Executor callbacks() {
		return this.threads::execute;
	}

	/**
	 * Opens a connection.
	 * @param actor the actor
	 * @param parameters the connection's parameters, if any
	 * @param caller the captured context of whoever connects
	 * @param request the request that opens it, for hooks
	 * @param listener what hears of the connection
	 * @return the connection
	 */
	public TransportConnection connect(ActorAddress actor, @Nullable JsonNode parameters, @Nullable Object caller,
			@Nullable Object request, ConnectionListener listener) {
		LiveConnection connection = new LiveConnection(this, nameOf(actor), parameters, caller, request, listener,
				null);
		open(actor, connection);
		return connection;
	}

	/**
	 * Opens a raw WebSocket.
	 * @param actor the actor
	 * @param parameters the connection's parameters, if any
	 * @param caller the captured context of whoever connects
	 * @param request the request that opens it, for hooks
	 * @param path the path and query that the actor sees
	 * @param client what hears of the socket
	 * @return the socket
	 */
	public TransportSocket openSocket(ActorAddress actor, @Nullable JsonNode parameters, @Nullable Object caller,
			@Nullable Object request, String path, SocketListener client) {
		RawSocket socket = new RawSocket(this, nameOf(actor), parameters, caller, request, path, client);
		open(actor, socket.connection());
		return socket;
	}

	private void open(ActorAddress actor, LiveConnection connection) {
		CompletableFuture<@Nullable Void> found = new CompletableFuture<>();
		found.whenComplete((nothing, failure) -> connection.refuse(ErrorTranslators.translateReaching(failure)));
		OutgoingCall.make(found, () -> {
			if (!this.running) {
				connection.refuse(Errors.restarting());
			}
			else if (this.threads.isExhausted()) {
				connection.refuse(Errors.overloaded());
			}
			else {
				this.directory.withActivation(actor, found,
						this.directory.orSuccessor(actor, found, connection::opening));
			}
		});
	}

	/**
	 * Returns the region that this node runs in.
	 */
	public String region() {
		return this.settings.region();
	}

	/**
	 * Returns the names of the actors with what dashboards show of them.
	 * @return by name, icon and display name as far as given
	 */
	public Map<String, Map<String, String>> names() {
		return this.types.describe();
	}

	/**
	 * Returns what the actors do on this node, for each of their names.
	 */
	public Collection<ActorStatistics> statistics() {
		return this.statistics.values();
	}

	ActorStatistics statistics(ActorType type) {
		return Objects.requireNonNull(this.statistics.get(type.name()));
	}

	/**
	 * Returns whether this node may answer for its actors: it accepts calls and its lease
	 * has not run out.
	 */
	public boolean isServing() {
		return this.running && this.store.isOwnershipValid();
	}

	/**
	 * Returns how many threads of the pool wait in the middle of a turn.
	 */
	public int waitingThreads() {
		return this.threads.waiting();
	}

	/**
	 * Returns how many threads of the pool may wait; when as many do, calls fail with
	 * {@code actor/overloaded}. Empty where turns run on virtual threads, which may all
	 * wait.
	 */
	public OptionalInt maxWaitingThreads() {
		return this.threads.maxWaiting();
	}

	/**
	 * Accepts calls, again if it was stopped.
	 */
	public void start() {
		this.running = true;
		this.alarms.start();
	}

	/**
	 * Refuses new calls, which then find another node or wait for this one.
	 */
	public void refuse() {
		this.running = false;
		this.alarms.stop();
		disconnectAll();
		List.copyOf(this.directory.activations()).forEach(Activation::endWaits);
	}

	/**
	 * Closes all connections, since the application stops. Their clients come back when
	 * somebody serves their actors again.
	 */
	public void disconnectAll() {
		List.copyOf(this.directory.activations()).forEach((activation) -> activation.disconnect(Activation.STOPPED));
		this.hibernating.closeAll();
	}

	/**
	 * Ends all activations, since this node may not answer for its actors any more.
	 */
	public void ownershipLost() {
		for (Activation activation : List.copyOf(this.directory.activations())) {
			try {
				activation.abandon();
			}
			catch (RuntimeException ex) {
				logger.error("Actor %s could not be given up".formatted(activation.id()), ex);
			}
		}
	}

	/**
	 * Waits for the running calls, and lets all actors sleep.
	 */
	public void stop() {
		this.running = false;
		this.alarms.stop();
		List<Activation> living = List.copyOf(this.directory.activations());
		long deadline = System.nanoTime() + this.settings.shutdownTimeout().toNanos();
		CompletableFuture<?> all = CompletableFuture
			.allOf(living.stream().map(Activation::askSleep).toArray(CompletableFuture[]::new));
		try {
			all.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			living.forEach(Activation::abandon);
		}
	}

	/**
	 * Ends the threads of the runtime, which has been stopped before and is not to be
	 * started again.
	 */
	public void shutdown() {
		this.alarms.stop();
		this.threads.shutdown();
		this.lookups.shutdown();
		this.timers.shutdownNow();
	}

	/**
	 * Runs code of the application as a caller.
	 * @param caller the captured context of the caller
	 * @param code the code
	 * @return its result
	 * @throws Throwable what it threw
	 */
	@Nullable Object as(@Nullable Object caller, Turn.UserCode code) throws Throwable {
		Object before = this.callerContext.capture();
		this.callerContext.set(caller);
		try {
			return code.run();
		}
		finally {
			this.callerContext.set(before);
		}
	}

	Future<?> schedule(Runnable task, long delayNanos) {
		return this.timers.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
	}

	ActorInstances instances() {
		return this.instances;
	}

	ActorTypes types() {
		return this.types;
	}

	ActorDirectory directory() {
		return this.directory;
	}

	Lookups lookups() {
		return this.lookups;
	}

	ActorStore store() {
		return this.store;
	}

	ObjectMapper stored() {
		return this.stored;
	}

	Duration connectTimeout() {
		return this.settings.connectTimeout();
	}

	Duration lifecycleTimeout() {
		return this.settings.lifecycleTimeout();
	}

	boolean isRunning() {
		return this.running;
	}

	ObjectMapper wire() {
		return this.wire;
	}

	InputFormat inputs() {
		return this.inputs;
	}

	Clock clock() {
		return this.clock;
	}

	TurnThreads threads() {
		return this.threads;
	}

	HibernatingConnections hibernating() {
		return this.hibernating;
	}

	Alarms alarms() {
		return this.alarms;
	}

	/**
	 * Returns what counts that which waits of one more client.
	 */
	public Backlog newBacklog() {
		return new Backlog(this.receiveBuffer);
	}

	ErrorTranslators errors() {
		return this.errors;
	}

	CallerContext callerContext() {
		return this.callerContext;
	}

}
