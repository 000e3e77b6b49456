package dev.rivet.runtime;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.rivet.actor.Connection;
import dev.rivet.actor.UserError;
import dev.rivet.client.CloseReason;
import dev.rivet.client.ConnectionListener;
import dev.rivet.client.EventMessage;
import dev.rivet.client.RivetException;
import dev.rivet.client.TransportConnection;
import dev.rivet.store.Row;
import dev.rivet.store.StoreException;
import dev.rivet.store.Table;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

import org.springframework.util.Assert;

/**
 * A connection to an actor: what the application sees of it, and what its client asks for
 * through it. A connection without a listener is that of a single call, which ends with
 * it.
 */
final class LiveConnection implements Connection, TransportConnection {

	private static final Log logger = LogFactory.getLog(LiveConnection.class);

	private final ActorRuntime runtime;

	private final @Nullable String name;

	private final @Nullable JsonNode parameters;

	private final @Nullable Object caller;

	private @Nullable Object request;

	private final @Nullable ConnectionListener listener;

	private final @Nullable RawSocket socket;

	private final Backlog backlog;

	private volatile @Nullable Activation activation;

	private @Nullable String id;

	private @Nullable Set<String> subscriptions;

	private @Nullable Object state;

	private volatile boolean open;

	private boolean closed;

	private boolean leaving;

	private volatile boolean ended;

	// for whoever has the turn
	private boolean entering;

	private boolean remembered;

	private boolean closedWhileAsleep;

	private boolean waking;

	/**
	 * Creates a connection.
	 * @param runtime the runtime
	 * @param name the name that the actor must have, if the client has given one
	 * @param parameters the connection's parameters, if any
	 * @param caller the captured context of whoever connects
	 * @param request the request that opens the connection, if any
	 * @param listener what hears of the connection, or {@code null} for a single call
	 * @param socket the raw WebSocket that this is the connection of, if it is
	 */
	LiveConnection(ActorRuntime runtime, @Nullable String name, @Nullable JsonNode parameters, @Nullable Object caller,
			@Nullable Object request, @Nullable ConnectionListener listener, @Nullable RawSocket socket) {
		this.runtime = runtime;
		this.name = name;
		this.parameters = parameters;
		this.caller = caller;
		this.request = request;
		this.listener = listener;
		this.socket = socket;
		this.backlog = runtime.newBacklog();
	}

	@Override
	public synchronized String id() {
		if (this.id == null) {
			this.id = UUID.randomUUID().toString();
		}
		return this.id;
	}

	@Override
	public <T> @Nullable T parameters(Class<T> type) {
		if (this.parameters == null || this.parameters.isNull()) {
			return null;
		}
		try {
			return this.runtime.wire().treeToValue(this.parameters, type);
		}
		catch (JacksonException ex) {
			UserError error = new UserError("invalid_parameters",
					"Connection parameters are not of type " + type.getSimpleName());
			error.initCause(ex);
			throw error;
		}
	}

	@Override
	public <T> T state(Class<T> type) {
		touch();
		Object current = this.state;
		Assert.state(current != null,
				"The connection has no state: add a @ConnectionState method to the actor, or set one");
		Assert.state(type.isInstance(current), () -> "The connection's state is a " + current.getClass().getTypeName()
				+ ", not a " + type.getTypeName());
		return type.cast(current);
	}

	@Override
	public void setState(Object state) {
		touch();
		this.state = state;
	}

	private void touch() {
		Turn turn = Turn.current();
		if (turn != null) {
			turn.touch(this);
		}
	}

	/**
	 * Returns a copy of the state.
	 */
	@Nullable StateCopy copyState() {
		Object current = this.state;
		return (current != null) ? StateCopy.of(current, this.runtime.stored()) : null;
	}

	void restoreState(@Nullable StateCopy copy) {
		this.state = (copy != null) ? copy.value() : null;
	}

	@Override
	public @Nullable Principal principal() {
		return this.runtime.callerContext().principal(this.caller);
	}

	@Override
	public void send(String event, @Nullable Object... args) {
		Activation actor = actor();
		Turn turn = actor.turn();
		EventMessage message = actor.type().events().message(event, args);
		turn.emit(new Delivery(this, (to) -> to.received(message)));
	}

	/**
	 * Sends something else when everything that the turn could have seen is durable.
	 */
	void emit(Consumer<ConnectionListener> message) {
		actor().turn().emit(new Delivery(this, message));
	}

	@Override
	public void disconnect(String reason) {
		disconnect(new CloseReason(CloseReason.NORMAL, reason));
	}

	void disconnect(CloseReason reason) {
		Assert.isTrue(reason.text().getBytes(StandardCharsets.UTF_8).length <= CloseReason.MAX_BYTES,
				"The reason of a close must not be longer than " + CloseReason.MAX_BYTES + " bytes");
		actor().turn().emitLast(closing(reason));
	}

	@Override
	public boolean isHibernatable() {
		return this.listener != null && (this.socket == null || this.socket.isHibernatable());
	}

	/**
	 * Goes over to the actor as it has woken.
	 * @param woken the actor
	 * @return whether the actor has more to hear of it than that it has gone
	 */
	synchronized boolean reopen(Activation woken) {
		if (isGone()) {
			return false;
		}
		this.activation = woken;
		this.closedWhileAsleep = this.closed && !this.waking;
		this.waking = false;
		return true;
	}

	/**
	 * Returns whether the connection is closed and nothing that came before its end waits
	 * for the actor to wake. Raw WebSockets have listeners for their close, of which the
	 * woken actor has others.
	 */
	synchronized boolean isGone() {
		return this.closed && !this.waking && this.socket == null;
	}

	private synchronized void woken() {
		this.waking = false;
	}

	/**
	 * Lets a woken actor take a raw WebSocket again, and hear of its close if it has
	 * closed meanwhile. If the actor fails at that, it starts nevertheless.
	 */
	void retakeSocket() {
		RawSocket raw = this.socket;
		if (raw == null) {
			return;
		}
		run(true, raw::retake, (turn, failure) -> {
			if (failure instanceof StoreException ex) {
				throw ex;
			}
			raw.failed(turn, failure);
		});
		if (this.closedWhileAsleep) {
			leaveSocket(true);
			leave(true);
		}
	}

	/**
	 * Lets an actor that falls asleep hear of the end of this connection.
	 */
	void leaveAsleep() {
		leaveSocket(false);
		leave(false);
	}

	private void leaveSocket(boolean starting) {
		if (this.socket != null) {
			run(starting, this.socket::left, this.socket::leftWithFailure);
		}
	}

	private void run(boolean starting, RunnableTurn.Code code, BiConsumer<@Nullable Turn, Throwable> onFailure) {
		Turn turn = new Turn(actor(), null, starting);
		try {
			turn.beginSegment();
			turn.end(code.run(turn));
		}
		catch (Throwable ex) {
			turn.discard();
			onFailure.accept(turn, ex);
		}
	}

	/**
	 * Returns a connection of which only the actor knows any more.
	 */
	static LiveConnection gone(ActorRuntime runtime, Activation activation, Row row) {
		ConnectionRow known = ConnectionRow.read(row, runtime.stored(), activation);
		LiveConnection gone = new LiveConnection(runtime, null, known.parameters(), null, null, null, null);
		gone.id = known.id();
		gone.state = known.state();
		gone.activation = activation;
		gone.remembered = true;
		activation.connections().add(gone);
		return gone;
	}

	private void remember(Turn turn) {
		this.remembered = true;
		turn.write(new ConnectionRow(id(), this.parameters, this.state).write(this.runtime.stored()));
	}

	/**
	 * Lets the actor remember the state of this connection as it is now.
	 * @param turn the turn that may have changed it
	 * @param before what it was
	 */
	void rememberState(Turn turn, @Nullable StateCopy before) {
		Object current = this.state;
		if (this.remembered && (current == null || before == null
				|| !Arrays.equals(this.runtime.stored().writeValueAsBytes(current), before.content())
				|| current.getClass() != before.value().getClass())) {
			remember(turn);
		}
	}

	/**
	 * Queues a turn for something that the client has sent, if the connection has found
	 * its actor, which may have to wake for it. Closes the connection if too much waits.
	 * @param size how many bytes of the client's it needs
	 * @param code what runs in it
	 * @param onFailure gets what went wrong
	 */
	void submit(long size, RunnableTurn.Code code, BiConsumer<@Nullable Turn, Throwable> onFailure) {
		Activation actor = this.activation;
		if (actor == null) {
			return;
		}
		RivetException tooMuch = this.backlog.add(size);
		if (tooMuch != null) {
			// as if its client had left, for which a sleeping actor may wake
			deliver((to) -> to.closed(CloseReason.of(tooMuch)));
			close();
			return;
		}
		CompletableFuture<?> done = new CompletableFuture<>();
		done.whenComplete((nothing, failure) -> this.backlog.remove(size));
		Function<Activation, TurnQueue.Entry> entry = (awake) -> new RunnableTurn(awake, (turn) -> {
			try {
				return code.run(turn);
			}
			finally {
				done.complete(null);
			}
		}, (turn, failure) -> {
			done.complete(null);
			onFailure.accept(turn, failure);
		});
		if (!actor.submit(entry.apply(actor))) {
			wake(actor, done, entry);
		}
	}

	private void wake(Activation asleep, CompletableFuture<?> result, Function<Activation, TurnQueue.Entry> entry) {
		boolean late;
		synchronized (this) {
			late = this.closed;
			this.waking |= !late && this.activation == asleep;
		}
		if (late) {
			result.completeExceptionally(Errors.restarting());
			return;
		}
		this.runtime.directory().submit(asleep.id(), result, entry);
	}

	@Nullable RawSocket socket() {
		return this.socket;
	}

	private Activation actor() {
		return Objects.requireNonNull(this.activation, "The connection is not open");
	}

	@Nullable String actorName() {
		return this.name;
	}

	@Nullable Object caller() {
		return this.caller;
	}

	boolean isSingleCall() {
		return this.listener == null;
	}

	/**
	 * Returns whether its client may call actions.
	 */
	boolean isOpen() {
		return this.open;
	}

	Set<String> subscriptions() {
		return (this.subscriptions != null) ? this.subscriptions : Set.of();
	}

	/**
	 * Returns what opens this connection in a turn.
	 * @param activation the actor
	 * @return the entry for its queue
	 */
	synchronized TurnQueue.Entry opening(Activation activation) {
		this.activation = activation;
		return new RunnableTurn(activation, this::open, (turn, failure) -> openingFailed(activation, turn, failure));
	}

	private @Nullable Emission open(Turn turn) throws Throwable {
		Activation actor = turn.activation();
		if (this.name != null && !this.name.equals(actor.record().name())) {
			throw Errors.actorNotFound();
		}
		if (isClosed()) {
			return null;
		}
		this.entering = true;
		enter(turn);
		this.open = true;
		if (this.socket != null) {
			this.socket.take(turn);
		}
		this.entering = false;
		if (isClosed()) {
			// the client has left while a hook waited
			submitLeaving(actor);
			return null;
		}
		return new Delivery(this, (to) -> to.opened(actor.id(), id()),
				(cause) -> end(CloseReason.of(Errors.of(cause))));
	}

	private void openingFailed(Activation actor, @Nullable Turn turn, Throwable failure) {
		this.open = false;
		this.entering = false;
		RivetException error = (turn != null) ? this.runtime.errors().translateConnecting(failure)
				: Errors.actorUnusable(failure);
		if (Errors.isInternal(error)) {
			logger.error("A connection to actor %s failed".formatted(actor.id()), failure);
		}
		if (turn == null) {
			refuse(error);
			return;
		}
		actor.connections().remove(this);
		if (this.remembered) {
			this.remembered = false;
			forgetAlone(turn, true);
		}
		turn.refuse(new Delivery(this, (to) -> refuse(error), (cause) -> refuse(Errors.of(cause))));
	}

	private synchronized boolean isClosed() {
		return this.closed;
	}

	/**
	 * Ends a connection that was never open.
	 * @param error why
	 */
	void refuse(RivetException error) {
		deliver((to) -> to.failed(error));
		end(CloseReason.of(error));
	}

	/**
	 * Runs the hooks that let a client in; afterwards the connection is among the
	 * actor's.
	 * @param turn the turn
	 * @throws Throwable what a hook threw
	 */
	void enter(Turn turn) throws Throwable {
		Activation actor = turn.activation();
		this.activation = actor;
		ConnectionHooks hooks = actor.type().hooks();
		if (hooks.onDisconnect() != null && hooks.onDisconnect().takesRequest()
				&& this.request instanceof PassingRequest passing) {
			// the hook runs after the answer
			this.request = passing.copy();
		}
		invoke(turn, hooks.onBeforeConnect());
		this.state = invoke(turn, hooks.state());
		actor.connections().add(this);
		if (!isSingleCall() && hooks.onDisconnect() != null) {
			remember(turn);
		}
		try {
			invoke(turn, hooks.onConnect());
		}
		catch (Throwable ex) {
			actor.connections().remove(this);
			throw ex;
		}
	}

	/**
	 * Removes the connection from the actor's, and lets the actor know. Only the thread
	 * that has the turn may call this.
	 * @param starting whether the actor starts, so that nobody may have the turn until it
	 * knows
	 */
	void leave(boolean starting) {
		Activation actor = actor();
		this.open = false;
		ActorMethod onDisconnect = actor.type().hooks().onDisconnect();
		if (!actor.connections().remove(this) || onDisconnect == null) {
			return;
		}
		Turn turn = new Turn(actor, onDisconnect, starting);
		boolean known = this.remembered;
		this.remembered = false;
		try {
			turn.beginSegment();
			invoke(turn, onDisconnect);
			forget(turn, known);
			turn.end(null);
		}
		catch (Throwable ex) {
			logger.error("The @OnDisconnect method of actor %s failed".formatted(actor.id()), ex);
			turn.discard();
			forgetAlone(turn, known);
		}
	}

	private void forgetAlone(Turn turn, boolean known) {
		try {
			turn.beginSegment();
			forget(turn, known);
			turn.end(null);
		}
		catch (StoreException ex) {
			logger.debug("The connection is forgotten at the next wake", ex);
		}
	}

	private void forget(Turn turn, boolean known) {
		if (known) {
			turn.write(Row.deleted(Table.CONNECTION, id()));
		}
	}

	@Nullable Object invoke(Turn turn, @Nullable ActorMethod hook) throws Throwable {
		if (hook == null) {
			return null;
		}
		ArrayNode args = this.runtime.wire().createArrayNode();
		if (hook.businessParameters() > 0 && this.parameters != null) {
			args.add(this.parameters);
		}
		return invoke(turn, hook, args);
	}

	private @Nullable Object invoke(Turn turn, ActorMethod hook, ArrayNode args) throws Throwable {
		Activation actor = turn.activation();
		Object[] values = hook.bind(args, actor.context(), this, this.request);
		Future<?> timer = actor.ownCalls().limit(turn, hook, this.runtime.connectTimeout());
		try {
			Object result = turn.call(() -> this.runtime.as(this.caller, () -> {
				Object returned = hook.invoke(actor.bean(), values);
				return (returned instanceof CompletionStage<?> stage) ? turn.await(stage) : returned;
			}));
			turn.code().requireUninterrupted();
			return result;
		}
		finally {
			timer.cancel(false);
		}
	}

	@Override
	public void call(long number, String action, ArrayNode args) {
		long size = Backlog.size(args);
		RivetException tooMuch = this.backlog.add(size);
		if (tooMuch != null) {
			deliver((to) -> to.refused(number, tooMuch));
			flush();
			return;
		}
		CompletableFuture<JsonNode> reply = new CompletableFuture<>();
		reply.whenComplete((output, failure) -> {
			this.backlog.remove(size);
			deliver((to) -> {
				if (failure == null) {
					reply(to, number, action, output);
				}
				else {
					to.refused(number, ErrorTranslators.translateReaching(failure));
				}
			});
		});
		OutgoingCall.make(reply, () -> dispatch(action, args, reply));
	}

	private static void reply(ConnectionListener to, long number, String action, JsonNode output) {
		try {
			to.replied(number, output);
		}
		catch (RuntimeException ex) {
			logger.error("The result of action '" + action + "' cannot be sent", ex);
			to.refused(number, ErrorTranslators.translateReaching(ex));
		}
	}

	private void dispatch(String action, ArrayNode args, CompletableFuture<JsonNode> reply) {
		Activation actor = this.activation;
		if (actor == null) {
			reply.completeExceptionally(Errors.notConnected());
			flush();
			return;
		}
		Call<JsonNode> call = this.runtime.call(actor, this, new ActionInvocation(action, args, this.runtime.wire()),
				reply);
		// the thread of a client in this process has something else to do
		ActorType here = (this.request != null) ? actor.typeIfKnown() : null;
		if (!actor.submitHere(call, here, action)) {
			wake(actor, reply, (awake) -> this.runtime.call(awake, this,
					new ActionInvocation(action, args, this.runtime.wire()), reply));
			flush();
		}
	}

	@Override
	public void subscribe(String event, boolean subscribe) {
		OutgoingCall.make(new CompletableFuture<>(), () -> {
			Subscribing subscribing = new Subscribing(this.runtime.errors(), this, event, subscribe);
			submit(event.length(), subscribing::run, subscribing::failed);
		});
	}

	/**
	 * Asks a rule of the actor.
	 * @param turn the turn
	 * @param rule the rule
	 * @param name the name of what its client wants
	 * @return whether the client may
	 */
	boolean isAllowed(Turn turn, ActorMethod rule, String name) throws Throwable {
		ArrayNode args = this.runtime.wire().createArrayNode();
		if (rule.businessParameters() > 0) {
			args.add(name);
		}
		return Boolean.TRUE.equals(invoke(turn, rule, args));
	}

	void subscribe(Turn turn, String event) {
		if (this.subscriptions == null) {
			this.subscriptions = new HashSet<>(4);
		}
		if (this.subscriptions.add(event)) {
			turn.activation().connections().subscribe(this, event);
		}
	}

	void unsubscribe(Turn turn, String event) {
		if (this.subscriptions != null && this.subscriptions.remove(event)) {
			turn.activation().connections().unsubscribe(this, event);
		}
	}

	/**
	 * Closes this connection; if its client has left, an actor that wants to know wakes.
	 */
	@Override
	public void close() {
		Activation asleep = closeUnlessAwake();
		if (asleep != null && this.open && !this.ended && isToldOfLeaving(asleep)) {
			this.runtime.administration().wake(asleep.id());
		}
	}

	/**
	 * Closes this connection, and lets an actor that is awake know.
	 * @return the actor, if it is not awake
	 */
	private @Nullable Activation closeUnlessAwake() {
		Activation actor;
		synchronized (this) {
			this.closed = true;
			actor = this.activation;
			if (this.leaving || actor == null) {
				return null;
			}
			this.leaving = true;
		}
		if (submitLeaving(actor)) {
			return null;
		}
		if (isGone()) {
			this.runtime.hibernating().forget(actor.id(), this);
		}
		return actor;
	}

	private boolean isToldOfLeaving(Activation actor) {
		return this.socket != null || actor.type().hooks().onDisconnect() != null;
	}

	/**
	 * Queues the turns in which the actor hears that the client has left; while it is
	 * still being let in, these do nothing, and are queued again at the end of that.
	 * @return whether the actor will hear of it
	 */
	private boolean submitLeaving(Activation actor) {
		RawSocket raw = this.socket;
		if (raw != null) {
			submitEnd(actor, (turn) -> this.entering ? null : raw.left(turn), raw::leftWithFailure);
		}
		return submitEnd(actor, (turn) -> {
			if (!this.entering) {
				leave(false);
			}
			return null;
		}, (turn, failure) -> {
			// an actor that has stopped has no connections any more
		});
	}

	/**
	 * Queues a turn for the end of the connection, which comes after whatever wakes the
	 * actor.
	 * @param code what runs in it
	 * @param onFailure gets what went wrong
	 * @return whether it was queued
	 */
	private boolean submitEnd(Activation actor, RunnableTurn.Code code,
			BiConsumer<@Nullable Turn, Throwable> onFailure) {
		if (actor.submit(new RunnableTurn(actor, code, onFailure))) {
			return true;
		}
		synchronized (this) {
			if (!this.waking) {
				Activation woken = actor();
				return woken != actor && woken.submit(new RunnableTurn(woken, code, onFailure));
			}
		}
		CompletableFuture<?> refused = new CompletableFuture<>();
		refused.whenComplete((nothing, failure) -> woken());
		this.runtime.directory().submit(actor.id(), refused, (woken) -> new RunnableTurn(woken, (turn) -> {
			woken();
			return (this.activation == woken) ? code.run(turn) : null;
		}, (turn, failure) -> {
			woken();
			onFailure.accept(turn, failure);
		}));
		return true;
	}

	/**
	 * Closes the connection to an actor that is not awake and will not wake for it.
	 * @param reason why
	 */
	void giveUp(CloseReason reason) {
		woken();
		end(reason);
	}

	/**
	 * Closes the connection from the actor's side.
	 * @param reason why
	 */
	void end(CloseReason reason) {
		this.ended = true;
		deliver((to) -> to.closed(reason));
		close();
	}

	/**
	 * Returns what closes the connection when everything before it is durable.
	 * @param reason why
	 * @return what to send
	 */
	Emission closing(CloseReason reason) {
		return new Emission() {

			@Override
			void leave() {
				end(reason);
			}

			@Override
			void fail(Loss loss) {
				// it was not to be closed
			}

		};
	}

	/**
	 * Lets the client hear something, unless the connection is closed. What is heard may
	 * come from the actor's turns, from timers and from whoever stops the actor, but
	 * never at the same time.
	 * @param message what the client hears
	 */
	synchronized void deliver(Consumer<ConnectionListener> message) {
		if (this.listener != null && !this.closed) {
			message.accept(this.listener);
		}
	}

	/**
	 * Sends on what was gathered.
	 */
	void flush() {
		deliver(ConnectionListener::flush);
	}

}
