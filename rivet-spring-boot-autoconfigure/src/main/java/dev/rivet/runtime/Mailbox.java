package dev.rivet.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.rivet.actor.AbortSignal;
import dev.rivet.actor.AbortedException;
import dev.rivet.actor.ActorQueue;
import dev.rivet.actor.QueueMessage;
import dev.rivet.actor.QueueReceive;
import dev.rivet.actor.UserError;
import dev.rivet.client.QueueResult;
import dev.rivet.client.RivetException;
import dev.rivet.store.Row;
import dev.rivet.store.RowRange;
import dev.rivet.store.StoreException;
import dev.rivet.store.Table;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;

/**
 * The queue of an actor in memory. What is stored is read when it is needed first, and
 * again when something that was thought to be written was not. All of it belongs to the
 * thread that has the turn.
 */
final class Mailbox implements ActorQueue {

	private static final Log logger = LogFactory.getLog(Mailbox.class);

	/**
	 * Longest name of a queue in characters: what the tables hold.
	 */
	private static final int MAX_NAME_LENGTH = 255;

	private static final Duration OVERLOADED_PAUSE = Duration.ofSeconds(1);

	private static final long LONGEST_HOLD = TimeUnit.MILLISECONDS.toNanos(2);

	private final ActorRuntime runtime;

	private final Activation activation;

	private @Nullable TreeMap<Long, QueuedMessage> messages;

	private final Map<Long, Received> taken = new HashMap<>();

	private final Map<Long, CompletableFuture<QueueResult>> senders = new ConcurrentHashMap<>();

	private final List<CompletableFuture<Boolean>> receivers = new ArrayList<>();

	/**
	 * Messages whose listener has changed something that the database may not accept, and
	 * why it does not, once it is known to be theirs.
	 */
	private final Map<Long, Optional<StoreException>> suspects = new ConcurrentHashMap<>(0);

	private final Set<String> handling = new HashSet<>(0);

	private long lastId;

	private @Nullable Future<?> retry;

	Mailbox(ActorRuntime runtime, Activation activation) {
		this.runtime = runtime;
		this.activation = activation;
	}

	/**
	 * Forgets what is in the queue, since some of it did not come about.
	 */
	void forget() {
		this.messages = null;
	}

	private TreeMap<Long, QueuedMessage> messages() {
		TreeMap<Long, QueuedMessage> known = this.messages;
		if (known == null) {
			known = new TreeMap<>();
			for (Row row : this.activation.live().rows(RowRange.all(Table.MESSAGE))) {
				QueuedMessage message = QueuedMessage.of(row);
				this.lastId = Math.max(this.lastId, message.id());
				Received received = this.taken.get(message.id());
				if (received == null || received.completed) {
					known.put(message.id(), message);
				}
			}
			this.messages = known;
		}
		return known;
	}

	@Override
	public void send(String name, @Nullable Object body) {
		send(this.activation.turn(), name, this.runtime.wire().valueToTree(body), null);
	}

	/**
	 * Puts a message into the queue with the current segment.
	 * @param turn the turn
	 * @param name the name of the queue
	 * @param body the message
	 * @param sender gets what becomes of it, if somebody waits for that
	 */
	void send(Turn turn, String name, JsonNode body, @Nullable CompletableFuture<QueueResult> sender) {
		ActorOptions options = this.activation.type().options();
		this.activation.type().queues().checkBody(name, body);
		byte[] bytes = this.runtime.inputs().write(body);
		if (bytes.length > options.maxQueueMessageSize()) {
			throw Errors.messageTooLarge(bytes.length, options.maxQueueMessageSize());
		}
		if (name.isEmpty() || name.length() > MAX_NAME_LENGTH || name.indexOf(0) >= 0) {
			throw Errors.invalidQueueName(MAX_NAME_LENGTH);
		}
		if (sizeFor(turn, name) >= options.maxQueueSize()) {
			throw Errors.queueFull(options.maxQueueSize());
		}
		Instant now = this.runtime.clock().instant();
		QueuedMessage message = new QueuedMessage(nextId(now), name, bytes, now, 0, now);
		if (sender != null) {
			this.senders.put(message.id(), sender);
			sender.whenComplete((result, failure) -> this.senders.remove(message.id(), sender));
			turn.emit(new Undelivered(sender));
		}
		add(turn, message);
		if (!this.runtime.isRunning()) {
			endWaits();
		}
	}

	int waitingSenders() {
		return this.senders.size();
	}

	/**
	 * Returns how many messages count where one more is sent: those that nobody has given
	 * up yet, or, to a queue of those given up, these. What the sending turn itself has
	 * in hand does not, so that it can be passed on from one full queue to the next.
	 */
	private long sizeFor(Turn turn, String name) {
		DeclaredQueues queues = this.activation.type().queues();
		Collection<QueuedMessage> waiting = messages().values();
		long inHand = uncompleted().filter((received) -> received.turn != turn).count();
		if (!queues.hasListeners()) {
			return waiting.size() + inHand;
		}
		boolean dead = queues.isDeadLetterQueue(name);
		long counted = waiting.stream().filter((message) -> queues.isDeadLetterQueue(message.name()) == dead).count();
		return dead ? counted : counted + inHand;
	}

	private Stream<Received> uncompleted() {
		return this.taken.values().stream().filter((received) -> !received.completed);
	}

	private long nextId(Instant now) {
		messages();
		this.lastId = Math.max(this.lastId + 1, now.toEpochMilli() * 1000);
		return this.lastId;
	}

	private void add(Turn turn, QueuedMessage message) {
		messages().put(message.id(), message);
		turn.write(message.row());
		arrived();
	}

	/**
	 * Lets those look who wait for messages.
	 */
	void arrived() {
		this.receivers.forEach((receiver) -> receiver.complete(true));
		handleNext();
	}

	@Override
	public List<QueueMessage> tryNextBatch(int max, QueueReceive receive) {
		return receive(max, receive, false);
	}

	@Override
	public List<QueueMessage> nextBatch(int max, QueueReceive receive) {
		return receive(max, receive, true);
	}

	private List<QueueMessage> receive(int max, QueueReceive receive, boolean wait) {
		Assert.isTrue(max > 0, "The number of messages must be positive");
		Turn turn = this.activation.turn();
		if (this.taken.values().stream().anyMatch((received) -> received.turn == turn && !received.completed)) {
			throw Errors.previousMessageNotCompleted();
		}
		Duration timeout = receive.timeout();
		long deadline = (timeout != null) ? System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout) : 0;
		turn.giveWay();
		// a run loop goes on for long
		this.taken.values().removeIf((received) -> received.turn == turn && received.completed);
		while (true) {
			leaveIfStopping(turn);
			List<QueuedMessage> found = messages().values()
				.stream()
				.filter((message) -> receive.names().isEmpty() || receive.names().contains(message.name()))
				.limit(max)
				.toList();
			if (!found.isEmpty()) {
				return found.stream().map((message) -> take(turn, message, receive.completable())).toList();
			}
			if (!wait || (timeout != null && System.nanoTime() - deadline >= 0)) {
				return List.of();
			}
			await(turn, receive, deadline);
		}
	}

	/**
	 * Leaves messages to whoever starts the actor next if the runtime stops: a run loop
	 * then waits for its end, for it would take no message for an empty queue.
	 */
	private void leaveIfStopping(Turn turn) {
		RunLoop loop = this.activation.runLoop();
		if (loop != null && loop.runs(turn) && !this.runtime.isRunning()) {
			turn.await(new CompletableFuture<@Nullable Void>());
		}
	}

	private void await(Turn turn, QueueReceive receive, long deadline) {
		CompletableFuture<Boolean> arrival = new CompletableFuture<>();
		this.receivers.add(arrival);
		AbortSignal signal = receive.signal();
		AbortSignal.Registration registration = (signal != null) ? signal.onAbort(() -> arrival.complete(false)) : null;
		Future<?> timer = (receive.timeout() != null)
				? this.runtime.schedule(() -> arrival.complete(true), deadline - System.nanoTime()) : null;
		RunLoop loop = this.activation.runLoop();
		if (loop != null) {
			loop.declined(turn, messages().isEmpty() ? 0 : messages().lastKey());
			loop.waitsForMessage(turn, true);
		}
		try {
			if (!turn.await(arrival)) {
				throw new AbortedException("The signal to wait no longer was given");
			}
		}
		finally {
			if (loop != null) {
				loop.waitsForMessage(turn, false);
			}
			if (timer != null) {
				timer.cancel(false);
			}
			if (registration != null) {
				registration.cancel();
			}
			this.receivers.remove(arrival);
		}
	}

	private QueueMessage take(Turn turn, QueuedMessage message, boolean completable) {
		messages().remove(message.id());
		RunLoop loop = this.activation.runLoop();
		if (loop != null) {
			loop.received(turn);
		}
		Received received = new Received(turn, message);
		if (completable) {
			this.taken.put(message.id(), received);
		}
		else {
			remove(turn, message, null);
		}
		return received;
	}

	private void remove(Turn turn, QueuedMessage message, @Nullable JsonNode reply) {
		turn.write(message.deleted());
		if (this.senders.containsKey(message.id())) {
			QueueResult result = new QueueResult(true, reply);
			turn.emit(new Answer(message.id(), (sender) -> sender.complete(result)));
		}
	}

	/**
	 * Puts back what turns that have ended did not complete.
	 */
	void takeBack() {
		if (this.taken.isEmpty()) {
			return;
		}
		try {
			takeBackFromThoseOver();
		}
		catch (StoreException ex) {
			forget();
			this.activation.agenda().lookLater();
		}
	}

	private void takeBackFromThoseOver() {
		List<Received> over = this.taken.values().stream().filter((received) -> received.turn.isOver()).toList();
		over.forEach((received) -> this.taken.remove(received.id()));
		List<QueuedMessage> back = over.stream()
			.filter(this::isToBeReceivedAgain)
			.map((received) -> received.message.retried(this.runtime.clock().instant()))
			.toList();
		if (!back.isEmpty()) {
			write((turn) -> back.forEach((message) -> add(turn, message)));
		}
	}

	/**
	 * Returns whether a message was not completed, or in a segment that was dropped.
	 */
	private boolean isToBeReceivedAgain(Received received) {
		return !received.completed || messages().containsKey(received.id());
	}

	/**
	 * Writes in a turn of its own.
	 */
	private void write(Consumer<Turn> changes) {
		Turn turn = new Turn(this.activation, null, false);
		try {
			turn.beginSegment();
			changes.accept(turn);
			turn.end(null);
		}
		catch (StoreException ex) {
			logger.debug("The queue of actor %s is read anew".formatted(this.activation.id()), ex);
		}
	}

	/**
	 * Tells all senders that wait that they have waited long enough, unless an answer is
	 * on its way to them.
	 */
	void endWaits() {
		List<CompletableFuture<QueueResult>> waiting = List.copyOf(this.senders.values());
		if (!waiting.isEmpty()) {
			this.activation.journal()
				.settled()
				.whenComplete(
						(nothing, failure) -> waiting.forEach((sender) -> sender.complete(QueueResult.TIMED_OUT)));
		}
	}

	/**
	 * Returns when the actor has to wake for its queue, if it has to.
	 */
	@Nullable Instant wakeAt() {
		DeclaredQueues queues = this.activation.type().queues();
		boolean looping = this.activation.type().lifecycle().run() != null;
		if (!looping && !queues.hasListeners()) {
			return null;
		}
		RunLoop loop = this.activation.runLoop();
		Stream<QueuedMessage> waiting = messages().values()
			.stream()
			.filter((message) -> queues.listener(message.name()) != null || (looping
					&& !queues.isDeadLetterQueue(message.name()) && (loop == null || loop.mayWant(message.id()))));
		return Stream.concat(waiting, uncompleted().map((received) -> received.message))
			.map(QueuedMessage::nextTryAt)
			.min(Instant::compareTo)
			.orElse(null);
	}

	boolean isHandling() {
		return !this.handling.isEmpty();
	}

	/**
	 * Lets listeners handle the next messages, if there are any for them. When the
	 * runtime stops, they are left to whoever starts the actor next.
	 */
	void handleNext() {
		DeclaredQueues queues = this.activation.type().queues();
		if (this.handling.size() == queues.listeners() || !this.runtime.isRunning()) {
			return;
		}
		Instant now = this.runtime.clock().instant();
		Instant earliest = null;
		for (QueuedMessage message : messages().values()) {
			if (queues.listener(message.name()) == null || this.handling.contains(message.name())) {
				continue;
			}
			if (!message.nextTryAt().isAfter(now)) {
				handle(message.name());
			}
			else if (earliest == null || message.nextTryAt().isBefore(earliest)) {
				earliest = message.nextTryAt();
			}
		}
		if (earliest != null) {
			retryAt(Duration.between(now, earliest));
		}
	}

	private void handle(String queue) {
		this.handling.add(queue);
		if (!this.activation.submit(new Handling(queue))) {
			this.handling.remove(queue);
		}
	}

	private void retryAt(Duration delay) {
		if (this.retry != null) {
			this.retry.cancel(false);
		}
		this.retry = this.runtime.schedule(() -> this.activation.submit(new RunnableTurn(this.activation, (turn) -> {
			handleNext();
			return null;
		}, (turn, failure) -> logger.debug("A message is handled at the next wake", failure))), delay.toNanos() + 1);
	}

	/**
	 * Forgets the timer, since the actor ends, and tells the senders that wait.
	 * @param error what they are told, or {@code null} if the actor sleeps
	 */
	void close(@Nullable RivetException error) {
		if (this.retry != null) {
			this.retry.cancel(false);
		}
		if (error != null) {
			List.copyOf(this.senders.values()).forEach((sender) -> sender.completeExceptionally(error));
		}
	}

	@Override
	public Iterable<QueueMessage> iterate(QueueReceive receive) {
		return () -> new Iterator<>() {

			private Optional<QueueMessage> next = Optional.empty();

			@Override
			public boolean hasNext() {
				if (this.next.isEmpty()) {
					this.next = Mailbox.this.next(receive);
				}
				return this.next.isPresent();
			}

			@Override
			public QueueMessage next() {
				if (!hasNext()) {
					throw new NoSuchElementException("No message came in time");
				}
				QueueMessage message = this.next.orElseThrow();
				this.next = Optional.empty();
				return message;
			}

		};
	}

	/**
	 * A message that a turn has received.
	 */
	private final class Received implements QueueMessage {

		private final Turn turn;

		private final QueuedMessage message;

		private boolean completed;

		Received(Turn turn, QueuedMessage message) {
			this.turn = turn;
			this.message = message;
		}

		@Override
		public long id() {
			return this.message.id();
		}

		@Override
		public String name() {
			return this.message.name();
		}

		@Override
		public <T> @Nullable T body(Class<T> type) {
			JsonNode body = tree();
			try {
				return body.isNull() ? null : Mailbox.this.runtime.wire().treeToValue(body, type);
			}
			catch (JacksonException ex) {
				UserError error = new UserError("invalid_message",
						"Message of queue '%s' is not of type %s".formatted(name(), type.getSimpleName()));
				error.initCause(ex);
				throw error;
			}
		}

		private JsonNode tree() {
			return Mailbox.this.runtime.inputs().read(this.message.body());
		}

		@Override
		public Instant createdAt() {
			return this.message.createdAt();
		}

		@Override
		public int retries() {
			return this.message.retries();
		}

		@Override
		public void complete(@Nullable Object reply) {
			Turn current = Mailbox.this.activation.turn();
			if (current != this.turn || this.completed || Mailbox.this.taken.get(id()) != this) {
				throw Errors.alreadyCompleted();
			}
			Mailbox.this.activation.type().queues().checkReply(name(), reply);
			this.completed = true;
			remove(current, this.message,
					(reply != null) ? Mailbox.this.runtime.wire().<JsonNode>valueToTree(reply) : null);
		}

	}

	/**
	 * Tells a sender that its message was not taken into the queue.
	 */
	private final class Undelivered extends Emission {

		private final CompletableFuture<QueueResult> sender;

		Undelivered(CompletableFuture<QueueResult> sender) {
			this.sender = sender;
		}

		@Override
		void leave() {
			// it is in the queue
		}

		@Override
		void fail(Loss loss) {
			this.sender.completeExceptionally(new CommitFailedException(loss.cause()));
		}

	}

	/**
	 * Tells a sender what became of its message.
	 */
	private final class Answer extends Emission {

		private final long id;

		private final Consumer<CompletableFuture<QueueResult>> answer;

		Answer(long id, Consumer<CompletableFuture<QueueResult>> answer) {
			this.id = id;
			this.answer = answer;
		}

		@Override
		void leave() {
			CompletableFuture<QueueResult> sender = Mailbox.this.senders.remove(this.id);
			if (sender != null) {
				this.answer.accept(sender);
			}
		}

		@Override
		void fail(Loss loss) {
			// the message is still there, and its sender waits on
		}

	}

	/**
	 * Notes that what a listener has changed is not accepted by the database; or, unless
	 * it was alone, something that was written before or with it.
	 */
	private final class Rejection extends Emission {

		private final long id;

		private final boolean alone;

		Rejection(long id, boolean alone) {
			this.id = id;
			this.alone = alone;
		}

		@Override
		void leave() {
			// it is accepted
		}

		@Override
		void fail(Loss loss) {
			if (loss.cause().reason() != StoreException.Reason.REJECTED) {
				return;
			}
			Mailbox.this.suspects.put(this.id, this.alone ? Optional.of(loss.cause()) : Optional.empty());
		}

	}

	/**
	 * The turns in which a listener handles the messages of a queue: as many as a short
	 * time allows, so that those who send do not outrun it.
	 */
	private final class Handling extends TurnQueue.Entry {

		private final String queue;

		Handling(String queue) {
			this.queue = queue;
		}

		@Override
		public void run() {
			if (Mailbox.this.activation.ready() != null) {
				return;
			}
			long until = System.nanoTime() + LONGEST_HOLD;
			boolean found = true;
			while (found && !Mailbox.this.activation.isEnding() && Mailbox.this.runtime.isRunning()) {
				Turn turn = new Turn(Mailbox.this.activation, null, false);
				try {
					turn.beginSegment();
					found = handle(turn) && System.nanoTime() - until < 0;
				}
				catch (Throwable ex) {
					logger.warn(
							"The queue of actor %s could not be read: %s".formatted(Mailbox.this.activation.id(), ex));
					turn.discard();
					found = false;
				}
			}
			Mailbox.this.handling.remove(this.queue);
			try {
				if (!Mailbox.this.activation.isEnding()) {
					handleNext();
				}
			}
			catch (StoreException ex) {
				Mailbox.this.activation.agenda().lookLater();
			}
			Mailbox.this.activation.turnEnded();
		}

		/**
		 * Handles a message.
		 * @return whether there was one
		 */
		private boolean handle(Turn turn) {
			Instant now = Mailbox.this.runtime.clock().instant();
			QueuedMessage message = messages().values()
				.stream()
				.filter((candidate) -> candidate.name().equals(this.queue) && !candidate.nextTryAt().isAfter(now))
				.findFirst()
				.orElse(null);
			if (message == null) {
				turn.end(null);
				return false;
			}
			ListenedQueue queue = Objects.requireNonNull(Mailbox.this.activation.type().queues().listener(this.queue));
			Optional<StoreException> suspicion = Mailbox.this.suspects.remove(message.id());
			boolean alone = suspicion != null;
			if (alone) {
				settle();
			}
			Received received = (Received) take(turn, message, true);
			try {
				requireAccepted(message, (suspicion != null) ? suspicion.orElse(null) : null);
				Object result = Mailbox.this.activation.ownCalls()
					.listen(turn, queue.method(), received, received.tree());
				if (!received.completed) {
					turn.call(() -> {
						received.complete(result);
						return null;
					});
				}
				turn.end(new Rejection(message.id(), alone));
			}
			catch (Throwable ex) {
				failed(turn, received, queue, ex);
			}
			if (alone) {
				settle();
			}
			return true;
		}

		/**
		 * Waits until nothing is on its way to the store.
		 */
		private void settle() {
			try {
				Waiting.await(Mailbox.this.activation.journal().settled());
			}
			catch (RuntimeException ex) {
				logger.debug("What was on its way has failed, as others hear", ex);
			}
		}

		/**
		 * Makes an attempt of the one before that had failed at its end.
		 */
		private void requireAccepted(QueuedMessage message, @Nullable StoreException rejection) {
			if (rejection != null) {
				Mailbox.this.suspects.put(message.id(), Optional.empty());
				throw new IllegalStateException("The database does not accept what was changed before", rejection);
			}
		}

		private void failed(Turn turn, Received received, ListenedQueue queue, Throwable failure) {
			Mailbox.this.taken.remove(received.id());
			turn.discard();
			Throwable cause = Errors.unwrap(failure);
			if (cause instanceof StoreException || cause instanceof CommitFailedException
					|| Mailbox.this.activation.isClosed()) {
				forget();
				return;
			}
			if (received.completed && !messages().containsKey(received.id())) {
				logger.error("%s of actor %s failed after it had completed message %d".formatted(queue.method(),
						Mailbox.this.activation.id(), received.id()), cause);
				return;
			}
			QueuedMessage message = received.message;
			Instant now = Mailbox.this.runtime.clock().instant();
			if (Errors.isOverloaded(cause)) {
				logger.warn("%s of actor %s handles message %d later: %s".formatted(queue.method(),
						Mailbox.this.activation.id(), message.id(), cause.getMessage()));
				write((next) -> add(next, message.postponed(now.plus(OVERLOADED_PAUSE))));
				return;
			}
			Duration delay = queue.retryAfter(message.retries() + 1);
			String failed = "%s of actor %s failed with message %d (%d of %d attempts)".formatted(queue.method(),
					Mailbox.this.activation.id(), message.id(), message.retries() + 1, queue.attempts());
			if (cause instanceof UserError) {
				// meant for the sender, who can send as many as it likes
				logger.warn(failed + ": " + cause.getMessage());
			}
			else {
				logger.error(failed, cause);
			}
			write((next) -> {
				if (delay != null) {
					add(next, message.retried(now.plus(delay)));
				}
				else {
					bury(next, message, queue, cause);
				}
			});
		}

		private void bury(Turn turn, QueuedMessage message, ListenedQueue queue, Throwable cause) {
			turn.write(message.deleted());
			messages().remove(message.id());
			Mailbox.this.suspects.remove(message.id());
			Instant now = Mailbox.this.runtime.clock().instant();
			boolean listened = Mailbox.this.activation.type().queues().listener(queue.deadLetterQueue()) != null;
			add(turn, new QueuedMessage(nextId(now), queue.deadLetterQueue(), message.body(), message.createdAt(),
					listened ? 0 : message.retries() + 1, now));
			RivetException error = RefusedException.of(Mailbox.this.runtime.errors().translate(cause));
			turn.emit(new Answer(message.id(), (sender) -> sender.completeExceptionally(error)));
		}

	}

}
