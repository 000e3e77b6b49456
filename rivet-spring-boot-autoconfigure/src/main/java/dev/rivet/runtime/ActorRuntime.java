package dev.rivet.runtime;

import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.rivet.actor.ActorKey;
import dev.rivet.client.ActorAddress;
import dev.rivet.client.ActorTransport;
import dev.rivet.client.ConnectionListener;
import dev.rivet.client.QueueResult;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import dev.rivet.client.TransportConnection;
import dev.rivet.store.ActorPage;
import dev.rivet.store.ActorRecord;
import dev.rivet.store.ActorStore;
import dev.rivet.store.Bytes;
import dev.rivet.store.Claim;
import dev.rivet.store.Creation;
import dev.rivet.store.NewActor;
import dev.rivet.store.RowRange;
import dev.rivet.store.StoreException;
import dev.rivet.store.Table;
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
public final class ActorRuntime implements ActorTransport {

	/**
	 * What becomes of a crashed actor if its creator did not say.
	 */
	public static final String DEFAULT_CRASH_POLICY = "sleep";

	/**
	 * What may become of a crashed actor.
	 */
	public static final Set<String> CRASH_POLICIES = Set.of(DEFAULT_CRASH_POLICY, "restart", "destroy");

	private static final int MAX_ID_LENGTH = 64;

	private static final int MAX_SUCCESSORS = 5;

	private final AtomicInteger serving = new AtomicInteger();

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

	private final ActorIds ids;

	private final TurnThreads threads;

	private final WakeBuffer wakeBuffer;

	private final ExecutorService lookups = Executors.newFixedThreadPool(2, daemons("rivet-lookup-"));

	private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, daemons("rivet-timer-"));

	private final Alarms alarms = new Alarms(this, daemons("rivet-alarms-"));

	private final RivetClient client;

	private final Map<String, Activation> activations = new ConcurrentHashMap<>();

	private final Map<String, ActorStatistics> statistics;

	private final Map<NamedKey, Activation> byKey = new ConcurrentHashMap<>();

	private final HibernatingConnections hibernating = new HibernatingConnections();

	private final Arrivals<Unresolved, Creation> arrivals = new Arrivals<>();

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
		this.statistics = this.types.statistics(this.activations.values());
		this.instances = beans.getBean(ActorInstances.class);
		this.store = store;
		this.wire = wire;
		this.stored = stored;
		this.inputs = inputs;
		this.clock = clock;
		this.settings = settings;
		this.callerContext = callerContext;
		this.errors = new ErrorTranslators(translators, wire);
		this.ids = new ActorIds(clock);
		this.threads = TurnThreads.create(settings.maxThreads());
		this.wakeBuffer = new WakeBuffer(settings.wakeBuffer(), settings.nodeWakeBuffer());
		this.timers.setRemoveOnCancelPolicy(true);
		// there is always something due before a call times out, else each call would
		// wake the timer's thread
		this.timers.scheduleAtFixedRate(() -> {
		}, 1, 1, TimeUnit.SECONDS);
		this.client = RivetClient.over(this, wire);
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

	@Override
	public CompletableFuture<JsonNode> call(ActorAddress actor, String action, ArrayNode args,
			@Nullable JsonNode parameters) {
		if (!this.running && Turn.current() == null) {
			return CompletableFuture.failedFuture(Errors.restarting());
		}
		Object caller = this.callerContext.capture();
		CompletableFuture<JsonNode> reply = new CompletableFuture<>();
		leave(reply,
				() -> dispatch(actor, new ActionInvocation(action, args, this.wire), parameters, caller, null, reply));
		return reply;
	}

	/**
	 * Lets something go to an actor: at once, or if the calling thread runs a turn when
	 * everything that the turn could have seen is durable.
	 * @param reply fails if that does not come about
	 * @param dispatch sends it
	 */
	@Override
	public void leave(CompletableFuture<?> reply, Runnable dispatch) {
		Turn turn = Turn.current();
		if (turn != null) {
			turn.emit(new OutgoingCall(turn, reply, dispatch));
		}
		else {
			dispatch.run();
		}
	}

	private <T> void dispatch(ActorAddress actor, Invocation<T> invocation, @Nullable JsonNode parameters,
			@Nullable Object caller, @Nullable Object request, CompletableFuture<T> reply) {
		if (this.threads.isExhausted()) {
			reply.completeExceptionally(Errors.overloaded());
			return;
		}
		LiveConnection connection = new LiveConnection(this, nameOf(actor), parameters, caller, request, null, null);
		long acceptedAt = System.nanoTime();
		withActivation(actor, reply, orSuccessor(actor, reply,
				(activation) -> call(activation, connection, invocation, reply, acceptedAt), MAX_SUCCESSORS));
	}

	/**
	 * Lets an entry for an actor that is created if need be find the next one if the one
	 * that it was queued for is destroyed before its turn comes.
	 */
	private <T> Function<Activation, TurnQueue.Entry> orSuccessor(ActorAddress actor, CompletableFuture<T> result,
			Function<Activation, TurnQueue.Entry> entry, int successors) {
		if (successors == 0 || !(actor instanceof ActorAddress.OrCreated)) {
			return entry;
		}
		return (activation) -> {
			TurnQueue.Entry made = entry.apply(activation);
			made.orElse(() -> withActivation(actor, result, orSuccessor(actor, result, entry, successors - 1)));
			return made;
		};
	}

	<T> Call<T> call(Activation activation, LiveConnection connection, Invocation<T> invocation,
			CompletableFuture<T> reply) {
		return call(activation, connection, invocation, reply, System.nanoTime());
	}

	private <T> Call<T> call(Activation activation, LiveConnection connection, Invocation<T> invocation,
			CompletableFuture<T> reply, long acceptedAt) {
		Call<T> call = new Call<>(this, activation, connection, invocation, reply, acceptedAt);
		call.limit(invocation.limit(timeout(activation)));
		return call;
	}

	/**
	 * Calls an action for a caller whose thread has nothing else to do: where that is as
	 * good as another thread, the action runs on it, and is committed on it if no other
	 * call is served meanwhile, whose changes could be committed with its own.
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
		CompletableFuture<JsonNode> reply = new CompletableFuture<>();
		this.serving.incrementAndGet();
		reply.whenComplete((output, failure) -> this.serving.decrementAndGet());
		ActionInvocation invocation = new ActionInvocation(action, args, this.wire);
		LiveConnection connection = new LiveConnection(this, nameOf(actor), parameters, this.callerContext.capture(),
				request, null, null);
		Function<Activation, TurnQueue.Entry> call = orSuccessor(actor, reply,
				(activation) -> call(activation, connection, invocation, reply).served(), MAX_SUCCESSORS);
		Activation living = living(actor);
		if (living == null || !living.submitHere(call.apply(living), action)) {
			withActivation(actor, reply, call);
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
		leave(reply, () -> dispatch(actor, new QueueInvocation(queue, body, waits, timeout), parameters, caller,
				request, reply));
		return reply;
	}

	@Override
	public CompletableFuture<QueueResult> send(ActorAddress actor, String queue, JsonNode body, boolean waits,
			@Nullable Duration timeout, @Nullable JsonNode parameters) {
		return send(actor, queue, body, waits, timeout, parameters, captureCaller(), null);
	}

	/**
	 * Finds the method that handles the raw requests of an actor, which is not woken.
	 * @param actor the actor
	 * @return the method, if there is one; fails with {@code actor/not_found}
	 */
	public CompletableFuture<Optional<Method>> requestMethod(ActorAddress actor) {
		Activation living = living(actor);
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

	private Duration timeout(Activation activation) {
		return timeout(activation.typeIfKnown());
	}

	private Duration timeout(String name) {
		return timeout(this.types.find(name));
	}

	private Duration timeout(@Nullable ActorType type) {
		return (type != null) ? type.options().actionTimeout() : this.types.defaultActionTimeout();
	}

	Duration connectTimeout() {
		return this.settings.connectTimeout();
	}

	Future<?> schedule(Runnable task, long delayNanos) {
		return this.timers.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public TransportConnection connect(ActorAddress actor, @Nullable JsonNode parameters, ConnectionListener listener) {
		return connect(actor, parameters, captureCaller(), null, listener);
	}

	@Override
	public Function<ConnectionListener, TransportConnection> connector(ActorAddress actor,
			@Nullable JsonNode parameters) {
		Object caller = captureCaller();
		return (listener) -> connect(actor, parameters, caller, null, listener);
	}

	/**
	 * Captures who calls, for a connection that another thread opens.
	 * @return the captured context
	 */
	public @Nullable Object captureCaller() {
		return this.callerContext.capture();
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
		leave(found, () -> {
			if (!this.running) {
				connection.refuse(Errors.restarting());
			}
			else if (this.threads.isExhausted()) {
				connection.refuse(Errors.overloaded());
			}
			else {
				withActivation(actor, found, orSuccessor(actor, found, connection::opening, MAX_SUCCESSORS));
			}
		});
	}

	/**
	 * Closes all connections, since the application stops. Their clients come back when
	 * somebody serves their actors again.
	 */
	public void disconnectAll() {
		List.copyOf(this.activations.values()).forEach((activation) -> activation.disconnect(Activation.STOPPED));
		this.hibernating.closeAll();
	}

	@Override
	public CompletableFuture<String> resolve(ActorAddress actor) {
		return left(() -> find(actor).thenApply((found) -> found.actor().id()));
	}

	@Override
	public CompletableFuture<String> create(String name, List<String> key, @Nullable JsonNode input) {
		return left(() -> create(name, key(key), input, DEFAULT_CRASH_POLICY, false)
			.thenApply((created) -> created.actor().id()));
	}

	/**
	 * Asks for something that may change actors, as {@link #leave} does.
	 */
	private <T> CompletableFuture<T> left(Supplier<CompletableFuture<T>> request) {
		CompletableFuture<T> answer = new CompletableFuture<>();
		leave(answer, () -> {
			try {
				request.get().whenComplete((value, failure) -> {
					if (failure != null) {
						answer.completeExceptionally(Errors.unwrap(failure));
					}
					else {
						answer.complete(value);
					}
				});
			}
			catch (RuntimeException ex) {
				answer.completeExceptionally(ex);
			}
		});
		return answer;
	}

	@Override
	public Executor callbacks() {
		return this.threads::execute;
	}

	@Override
	public <T extends @Nullable Object> T await(CompletableFuture<T> result) {
		Turn turn = Turn.current();
		if (turn != null) {
			return turn.await(result);
		}
		try {
			return Waiting.get(result);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CompletionException(ex);
		}
	}

	/**
	 * Creates an actor.
	 * @param name the name
	 * @param key the key
	 * @param input the input for its creation, if any
	 * @param crashPolicy {@code sleep}, {@code restart} or {@code destroy}
	 * @param orGet whether an existing actor is the answer; otherwise it is the error
	 * {@code actor/duplicate_key}
	 * @return what came of it
	 */
	public CompletableFuture<Creation> create(String name, ActorKey key, @Nullable JsonNode input, String crashPolicy,
			boolean orGet) {
		if (!this.running) {
			return CompletableFuture.failedFuture(Errors.restarting());
		}
		this.types.get(name);
		Activation living = this.byKey.get(new NamedKey(name, key));
		if (living != null && living.isClaimed()) {
			return existing(living.record(), orGet);
		}
		String id = this.ids.next();
		NewActor actor = new NewActor(id, name, key, writeInput(input), crashPolicy, this.clock.instant());
		Activation activation = new Activation(this, id);
		this.activations.put(id, activation);
		return this.store.create(actor).handle((creation, failure) -> {
			if (failure != null) {
				RivetException error = Errors.of(StoreErrors.of(failure));
				activation.refused(error);
				throw error;
			}
			if (!creation.created()) {
				activation.refused(Errors.restarting());
				if (!orGet) {
					throw Errors.duplicateKey(name, key);
				}
				return creation;
			}
			this.byKey.put(new NamedKey(name, key), activation);
			activation.claimed(new Claim(creation.actor(), 1, 0, actor.input(), null, null, false));
			if (startsAtOnce(this.types.get(name))) {
				activation.wake();
			}
			return creation;
		});
	}

	private static boolean startsAtOnce(ActorType type) {
		return type.lifecycle().onCreate() != null || !type.jobs().isEmpty();
	}

	private static CompletableFuture<Creation> existing(ActorRecord actor, boolean orGet) {
		return orGet ? CompletableFuture.completedFuture(new Creation(actor, false))
				: CompletableFuture.failedFuture(Errors.duplicateKey(actor.name(), actor.key()));
	}

	/**
	 * Finds an actor, creating it if the address says so.
	 * @param address which actor
	 * @return the actor; fails with {@code actor/not_found}
	 */
	public CompletableFuture<Creation> find(ActorAddress address) {
		if (address instanceof ActorAddress.ById byId) {
			requireKnowable(byId.id());
			return lookup(() -> known(() -> this.store.find(byId.id()))
				.filter((actor) -> actor.destroyedAt() == null && isNamed(actor, byId.name()))
				.map((actor) -> new Creation(actor, false))
				.orElseThrow(Errors::actorNotFound));
		}
		if (address instanceof ActorAddress.ByKey byKey) {
			ActorKey key = key(byKey.key());
			requireKnowable(byKey.name());
			return lookup(
					() -> known(() -> this.store.find(byKey.name(), key)).map((actor) -> new Creation(actor, false))
						.orElseThrow(Errors::actorNotFound));
		}
		ActorAddress.OrCreated orCreated = (ActorAddress.OrCreated) address;
		ActorKey key = key(orCreated.key());
		this.types.get(orCreated.name());
		return lookup(() -> known(() -> this.store.find(orCreated.name(), key)))
			.thenCompose((found) -> found.map((actor) -> existing(actor, true))
				.orElseGet(() -> create(orCreated.name(), key, orCreated.input(),
						Objects.requireNonNullElse(orCreated.crashPolicy(), DEFAULT_CRASH_POLICY), true)));
	}

	@Override
	public CompletableFuture<@Nullable Void> destroy(ActorAddress actor) {
		CompletableFuture<String> left = new CompletableFuture<>();
		leave(left, () -> left.complete(""));
		return left.thenCompose((nothing) -> resolve(actor.existing())).thenCompose(this::destroy);
	}

	/**
	 * Destroys an actor.
	 * @param actorId its id
	 * @return completes when that is durable; fails with {@code actor/not_found}
	 */
	public CompletableFuture<@Nullable Void> destroy(String actorId) {
		CompletableFuture<@Nullable Void> destroyed = new CompletableFuture<>();
		destroy(actorId, true, destroyed);
		return destroyed;
	}

	/**
	 * Destroys an actor.
	 * @param farewell whether it is started first if it has something to do at its end
	 */
	private void destroy(String actorId, boolean farewell, CompletableFuture<@Nullable Void> destroyed) {
		withActivation(new ActorAddress.ById(null, actorId), destroyed,
				(activation) -> new Destruction(activation, farewell, destroyed));
	}

	/**
	 * Lets an actor sleep as soon as nothing of it runs. One that sleeps already sleeps
	 * on.
	 * @param actorId its id
	 * @return completes when it is known that there is such an actor; fails with
	 * {@code actor/not_found}
	 */
	public CompletableFuture<@Nullable Void> sleep(String actorId) {
		Activation activation = this.activations.get(actorId);
		if (activation != null) {
			activation.askSleep();
			return CompletableFuture.completedFuture(null);
		}
		return find(new ActorAddress.ById(null, actorId)).thenAccept((found) -> {
		});
	}

	/**
	 * Lets an actor sleep as soon as nothing of it runs.
	 * @param actorId its id
	 * @return completes when it sleeps, with everything written
	 */
	public CompletableFuture<@Nullable Void> fallAsleep(String actorId) {
		Activation activation = this.activations.get(actorId);
		return (activation != null) ? activation.askSleep() : CompletableFuture.completedFuture(null);
	}

	/**
	 * Wakes an actor, unless it is awake.
	 * @param actorId its id
	 * @return completes when it is awake; fails if it cannot be started
	 */
	public CompletableFuture<@Nullable Void> wake(String actorId) {
		CompletableFuture<@Nullable Void> awake = new CompletableFuture<>();
		submit(actorId, awake, (activation) -> new RunnableTurn(activation, (turn) -> new Emission() {

			@Override
			void leave() {
				awake.complete(null);
			}

			@Override
			void fail(StoreException cause, boolean guilty, long durable) {
				awake.completeExceptionally(cause);
			}

		}, (turn, failure) -> awake.completeExceptionally(failure)));
		return awake;
	}

	/**
	 * Lets all actors do what is due by now, as the clock says.
	 * @return completes when it is done and durable
	 */
	public CompletableFuture<?> runDue() {
		return this.alarms.wakeDue()
			.thenCompose((awake) -> CompletableFuture.allOf(List.copyOf(this.activations.values())
				.stream()
				.map(Activation::runDue)
				.toArray(CompletableFuture[]::new)));
	}

	/**
	 * Notes that an actor sleeps.
	 */
	void asleep(String actorId, @Nullable Instant alarm) {
		if (alarm != null) {
			this.alarms.add(actorId, alarm);
		}
	}

	/**
	 * Returns whether an actor is awake on this node.
	 * @param actorId its id
	 * @return whether it is
	 */
	public boolean isAwake(String actorId) {
		Activation activation = this.activations.get(actorId);
		return activation != null && !activation.isClosed();
	}

	/**
	 * Drops an actor as it is, as if its process had crashed; nothing of it runs any
	 * more.
	 * @param actorId its id
	 */
	public void crash(String actorId) {
		Activation activation = this.activations.get(actorId);
		if (activation != null) {
			activation.abandon();
		}
	}

	/**
	 * Reads what is known of actors, without waking them; destroyed ones are among them.
	 * @param actorIds their ids
	 * @return those that exist
	 */
	public List<ActorRecord> findAll(List<String> actorIds) {
		return known(() -> this.store.findAll(actorIds.stream().filter(ActorRuntime::isKnowable).toList()));
	}

	/**
	 * Reads what is committed of an actor's key-value data, without waking the actor.
	 * @param actorId its id
	 * @param key the key
	 * @return the value, if there is one
	 * @throws RivetException {@code actor/not_found}
	 */
	public Optional<byte[]> readValue(String actorId, byte[] key) {
		if (findAll(List.of(actorId)).stream().noneMatch((actor) -> actor.destroyedAt() == null)) {
			throw Errors.actorNotFound();
		}
		return known(() -> this.store.rows(actorId, RowRange.of(Table.VALUE, List.of(new Bytes(key))))).stream()
			.findAny()
			.map((row) -> row.bytes(0));
	}

	/**
	 * Reads what is known of the living actor that has a name and key, without waking it.
	 * @param name the name
	 * @param key the key
	 * @return the actor, if there is one
	 */
	public Optional<ActorRecord> find(String name, ActorKey key) {
		return isKnowable(name) ? known(() -> this.store.find(name, key)) : Optional.empty();
	}

	/**
	 * Reads what is known of all actors that have or had a name and key, without waking
	 * the living one.
	 * @param name the name
	 * @param key the key
	 * @param limit the largest number of actors
	 * @return the newest of them, in the order of their age
	 */
	public List<ActorRecord> findAll(String name, ActorKey key, int limit) {
		return isKnowable(name) ? known(() -> this.store.findAll(name, key, limit)) : List.of();
	}

	/**
	 * Lists actors by name.
	 * @param name the actors' name
	 * @param includeDestroyed whether destroyed actors are listed too
	 * @param cursor the cursor of the page before, or {@code null} for the first page
	 * @param limit the largest number of actors on the page
	 * @return a page
	 */
	public ActorPage list(String name, boolean includeDestroyed, @Nullable String cursor, int limit) {
		return isKnowable(name) ? known(() -> this.store.list(name, includeDestroyed, cursor, limit))
				: new ActorPage(List.of(), null);
	}

	private static void requireKnowable(String idOrName) {
		if (!isKnowable(idOrName)) {
			throw Errors.actorNotFound();
		}
	}

	/**
	 * Ids and names are visible ASCII; the database need not be asked for others, which
	 * some of them refuse.
	 */
	private static boolean isKnowable(String idOrName) {
		return idOrName.length() <= MAX_ID_LENGTH && idOrName.chars().allMatch((c) -> c > ' ' && c < 127);
	}

	/**
	 * Queues an entry for an actor, which is found or woken first.
	 */
	private <T> void withActivation(ActorAddress address, CompletableFuture<T> result,
			Function<Activation, TurnQueue.Entry> entry) {
		try {
			Activation living = living(address);
			if (living != null && living.submit(entry.apply(living))) {
				return;
			}
			if (address instanceof ActorAddress.ById byId) {
				requireKnowable(byId.id());
				submit(byId.id(), address, result, entry);
				return;
			}
			Unresolved unresolved = unresolved(address);
			Future<?> limit = schedule(() -> result.completeExceptionally(Errors.timedOut()),
					TimeUnit.NANOSECONDS.convert(timeout(unresolved.key().name())));
			this.arrivals.add(unresolved, () -> find(address)).whenComplete((found, failure) -> {
				limit.cancel(false);
				if (failure != null) {
					result.completeExceptionally(ErrorTranslators.translateReaching(failure));
				}
				else if (!result.isDone()) {
					submit(found.actor().id(), address, result, entry);
				}
			});
		}
		catch (RuntimeException ex) {
			result.completeExceptionally(ErrorTranslators.translateReaching(ex));
		}
	}

	private <T> void submit(String id, ActorAddress address, CompletableFuture<T> result,
			Function<Activation, TurnQueue.Entry> entry) {
		if (!this.running) {
			result.completeExceptionally(Errors.restarting());
			return;
		}
		try {
			Activation activation = this.activations.get(id);
			if (activation == null) {
				Activation made = new Activation(this, id);
				activation = this.activations.putIfAbsent(id, made);
				if (activation == null) {
					activation = made;
					claim(made);
				}
			}
			if (!activation.submit(entry.apply(activation))) {
				succeed(activation);
				withActivation(address, result, entry);
			}
		}
		catch (RuntimeException ex) {
			result.completeExceptionally(ErrorTranslators.translateReaching(ex));
		}
	}

	/**
	 * Queues an entry for an actor that slept or moved.
	 */
	void submit(String id, CompletableFuture<?> result, Function<Activation, TurnQueue.Entry> entry) {
		submit(id, new ActorAddress.ById(null, id), result, entry);
	}

	/**
	 * Lets an actor be claimed anew once its closed activation has ended.
	 */
	private void succeed(Activation closed) {
		Activation successor = new Activation(this, closed.id());
		if (this.activations.replace(closed.id(), closed, successor)) {
			closed.ended().thenRun(() -> claim(successor));
		}
	}

	/**
	 * Returns the activation that an address means, unless calls that came before still
	 * wait for its look-up.
	 */
	private @Nullable Activation living(ActorAddress address) {
		if (address instanceof ActorAddress.ById byId) {
			return this.activations.get(byId.id());
		}
		Unresolved unresolved = unresolved(address);
		return this.arrivals.isExpected(unresolved) ? null : this.byKey.get(unresolved.key());
	}

	private static Unresolved unresolved(ActorAddress address) {
		if (address instanceof ActorAddress.ByKey byKey) {
			return new Unresolved(new NamedKey(byKey.name(), key(byKey.key())), false);
		}
		ActorAddress.OrCreated orCreated = (ActorAddress.OrCreated) address;
		return new Unresolved(new NamedKey(orCreated.name(), key(orCreated.key())), true);
	}

	private void claim(Activation activation) {
		this.store.claim(activation.id()).whenComplete((claim, failure) -> {
			if (failure != null) {
				activation.refused(Errors.of(StoreErrors.of(failure)));
			}
			else {
				this.byKey.put(new NamedKey(claim.actor().name(), claim.actor().key()), activation);
				activation.claimed(claim);
			}
		});
	}

	private static boolean isNamed(ActorRecord actor, @Nullable String name) {
		return name == null || actor.name().equals(name);
	}

	private static ActorKey key(List<String> parts) {
		try {
			return new ActorKey(parts);
		}
		catch (IllegalArgumentException ex) {
			throw Errors.invalidRequest(String.valueOf(ex.getMessage()));
		}
	}

	private <T> CompletableFuture<T> lookup(Supplier<T> read) {
		return CompletableFuture.supplyAsync(read, this.lookups);
	}

	private static <T> T known(Supplier<T> read) {
		try {
			return read.get();
		}
		catch (StoreException ex) {
			throw Errors.of(ex);
		}
	}

	/**
	 * Reads from the store while the calling thread, which may be interrupted, waits.
	 * @param <T> the type of the result
	 * @param read the read
	 * @return what was read
	 */
	<T> T read(Supplier<T> read) {
		try {
			return Waiting.get(lookup(read));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CompletionException(ex);
		}
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

	private byte @Nullable [] writeInput(@Nullable JsonNode input) {
		return (input != null) ? this.inputs.write(input) : null;
	}

	/**
	 * Forgets an activation: nothing of it is written any more.
	 */
	void remove(Activation activation) {
		this.activations.remove(activation.id(), activation);
	}

	/**
	 * Notes that an activation takes nothing on any more. Until it has ended, whatever
	 * follows it has to wait.
	 */
	void closed(Activation activation) {
		if (activation.isClaimed()) {
			this.byKey.remove(new NamedKey(activation.record().name(), activation.record().key()), activation);
		}
	}

	/**
	 * Ends all activations, since this node may not answer for its actors any more.
	 */
	public void ownershipLost() {
		List.copyOf(this.activations.values()).forEach(Activation::abandon);
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
		List.copyOf(this.activations.values()).forEach(Activation::endWaits);
	}

	/**
	 * Waits for the running calls, and lets all actors sleep.
	 */
	public void stop() {
		this.running = false;
		this.alarms.stop();
		List<Activation> living = List.copyOf(this.activations.values());
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

	Object instantiate(ActorType type) {
		return this.instances.make(type);
	}

	void destroyBean(ActorType type, Object bean) {
		this.instances.destroy(type, bean);
	}

	ActorTypes types() {
		return this.types;
	}

	ActorStore store() {
		return this.store;
	}

	ObjectMapper stored() {
		return this.stored;
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

	/**
	 * Returns the region that this node runs in.
	 */
	public String region() {
		return this.settings.region();
	}

	HibernatingConnections hibernating() {
		return this.hibernating;
	}

	WakeBuffer wakeBuffer() {
		return this.wakeBuffer;
	}

	ErrorTranslators errors() {
		return this.errors;
	}

	CallerContext callerContext() {
		return this.callerContext;
	}

	/**
	 * Ends an actor's life from outside.
	 */
	private final class Destruction extends TurnQueue.Entry {

		private final Activation activation;

		private final boolean farewell;

		private final CompletableFuture<@Nullable Void> destroyed;

		Destruction(Activation activation, boolean farewell, CompletableFuture<@Nullable Void> destroyed) {
			this.activation = activation;
			this.farewell = farewell;
			this.destroyed = destroyed;
		}

		@Override
		public void run() {
			RivetException unusable = this.activation.readyToEnd();
			if (unusable != null) {
				this.destroyed.completeExceptionally(unusable);
				return;
			}
			if (this.farewell && this.activation.hasFarewell() && this.activation.ready() != null) {
				destroy(this.activation.id(), false, this.destroyed);
				return;
			}
			this.activation.destroy(this.destroyed);
		}

	}

	/**
	 * What is unique among living actors.
	 */
	private record NamedKey(String name, ActorKey key) {
	}

	/**
	 * An address that is looked up.
	 */
	private record Unresolved(NamedKey key, boolean orCreated) {
	}

}
