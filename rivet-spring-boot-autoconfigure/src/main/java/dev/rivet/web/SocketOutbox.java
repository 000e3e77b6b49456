package dev.rivet.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.web.socket.CloseStatus;

/**
 * The frames that a socket is still to be sent. Whoever adds one never waits for the
 * client: a single frame is handed to the socket without waiting, several are sent by
 * threads that may have to wait, many of them in one write, and a client for which too
 * much waits is disconnected. One that threads have waited for too long gets each frame
 * singly until nothing waits any more, so that it may be as slow as it is without holding
 * up others.
 * <p>
 * One thread at a time sends.
 */
final class SocketOutbox {

	private static final Log logger = LogFactory.getLog(SocketOutbox.class);

	private static final CloseStatus TOO_SLOW = CloseStatus.SERVER_ERROR.withReason("connection.too_slow");

	/**
	 * Tomcat's name for how long writing may block, in milliseconds.
	 */
	private static final String BLOCKING_SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

	private static final long MAX_BLOCKING_MILLIS = 10_000;

	/**
	 * How long threads may have waited for a client since nothing waited, before none
	 * does any more.
	 */
	private static final long MAX_WAITED_NANOS = TimeUnit.SECONDS.toNanos(1);

	/**
	 * What a frame may take without having been waited for, as when the garbage collector
	 * runs.
	 */
	private static final long PROMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private final Session session;

	private final RemoteEndpoint.Basic remote;

	private final int maxBytes;

	private final Executor pool;

	private final Runnable givenUp;

	private final ArrayDeque<Object> frames = new ArrayDeque<>(2);

	private int bytes;

	private boolean sending;

	private boolean taken;

	private boolean oneSideDone;

	/**
	 * Belongs to the thread that sends.
	 */
	private long waitedNanos;

	private volatile long heardAt = System.nanoTime();

	private volatile boolean pingWaits;

	private @Nullable CloseStatus closeStatus;

	private boolean closed;

	/**
	 * Creates an outbox.
	 * @param session the socket
	 * @param maxBytes how many bytes may wait
	 * @param pool where frames are sent if somebody might have to wait for it
	 * @param givenUp is run when the client is too slow or lost, although the socket may
	 * take some time to close
	 */
	SocketOutbox(Session session, int maxBytes, Executor pool, Runnable givenUp) {
		this.session = session;
		this.remote = session.getBasicRemote();
		this.maxBytes = maxBytes;
		this.pool = pool;
		this.givenUp = givenUp;
		session.getUserProperties().put(BLOCKING_SEND_TIMEOUT, MAX_BLOCKING_MILLIS);
		// pings find clients that are lost, and Jetty lets no others be idle for long
		session.setMaxIdleTimeout(0);
	}

	/**
	 * Lets all that is added wait until this may {@link #goOn()}. Must be called before
	 * anything is added.
	 */
	synchronized void holdBack() {
		this.sending = true;
	}

	/**
	 * Sends what waits, and from now on what is added.
	 */
	void goOn() {
		while (true) {
			Object only;
			synchronized (this) {
				if (this.frames.isEmpty() && this.closeStatus == null) {
					this.sending = false;
					this.waitedNanos = 0;
					return;
				}
				boolean singly = isSlow() || (this.frames.size() == 1 && this.closeStatus == null);
				only = singly ? poll() : null;
			}
			if (only == null) {
				this.pool.execute(this::sendAll);
				return;
			}
			if (!send(only)) {
				return;
			}
		}
	}

	/**
	 * Adds a frame, which is sent when it is flushed at the latest.
	 * @param frame a {@code String} or a {@code byte[]}
	 */
	void add(Object frame) {
		synchronized (this) {
			if (this.closeStatus != null) {
				return;
			}
			this.frames.add(frame);
			this.bytes += length(frame);
			if (this.bytes <= this.maxBytes) {
				return;
			}
		}
		abort(TOO_SLOW);
	}

	/**
	 * Sends what was added: at once, if it is one frame.
	 */
	void flush() {
		if (startSending()) {
			goOn();
		}
	}

	private synchronized boolean startSending() {
		if (this.sending || this.frames.isEmpty()) {
			return false;
		}
		this.sending = true;
		return true;
	}

	/**
	 * Hands a frame to the socket without waiting.
	 * @return whether it has been sent already
	 */
	private boolean send(Object frame) {
		try {
			RemoteEndpoint.Async async = this.session.getAsyncRemote();
			if (frame instanceof String text) {
				async.sendText(text, this::sent);
			}
			else {
				async.sendBinary(ByteBuffer.wrap((byte[]) frame), this::sent);
			}
			return bothSidesDone();
		}
		catch (RuntimeException ex) {
			failed(ex);
			return false;
		}
	}

	private void sent(SendResult result) {
		if (!result.isOK()) {
			failed(result.getException());
		}
		else if (bothSidesDone()) {
			goOn();
		}
	}

	/**
	 * Jetty may tell that a frame was sent before it returns from sending it, and refuses
	 * another one until then.
	 * @return whether a frame was sent and its sending has returned
	 */
	private synchronized boolean bothSidesDone() {
		this.oneSideDone = !this.oneSideDone;
		return !this.oneSideDone;
	}

	/**
	 * Sends what was added, on another thread.
	 */
	void flushLater() {
		if (startSending()) {
			this.pool.execute(this::sendAll);
		}
	}

	/**
	 * Closes the socket when everything added before is sent. What is added afterwards is
	 * dropped.
	 * @param status why
	 */
	void close(CloseStatus status) {
		synchronized (this) {
			if (this.closeStatus != null) {
				return;
			}
			this.closeStatus = status;
			if (this.sending) {
				return;
			}
			this.sending = true;
		}
		this.pool.execute(this::sendAll);
	}

	/**
	 * Gives the client up without sending what waits.
	 * @param status why
	 */
	void abort(CloseStatus status) {
		drop(status);
		this.givenUp.run();
		this.pool.execute(this::closeNow);
	}

	private synchronized void drop(CloseStatus status) {
		this.closeStatus = status;
		this.frames.clear();
		this.bytes = 0;
	}

	/**
	 * Tells that the client is there.
	 */
	void heard() {
		this.heardAt = System.nanoTime();
	}

	/**
	 * Asks the client whether it is still there, or gives it up if it has not been heard
	 * of.
	 * @param since the latest time at which it must have been heard of
	 */
	void check(long since) {
		if (this.pingWaits) {
			return;
		}
		if (this.heardAt - since < 0) {
			abort(CloseStatus.SESSION_NOT_RELIABLE.withReason("connection.lost"));
			return;
		}
		this.pingWaits = true;
		long asked = System.nanoTime();
		this.pool.execute(() -> ping(asked));
	}

	/**
	 * Pings the client, unless it is being sent something, which the ping would wait for:
	 * then it is there as long as it takes that.
	 */
	private void ping(long asked) {
		if (this.heardAt - asked < 0) {
			// nobody answers what still waits for a thread
			this.heardAt += System.nanoTime() - asked;
		}
		this.pingWaits = false;
		synchronized (this) {
			boolean goesOn = this.taken;
			this.taken = false;
			if (this.sending) {
				if (goesOn) {
					heard();
				}
				return;
			}
			this.sending = true;
		}
		try {
			this.remote.sendPing(ByteBuffer.allocate(0));
		}
		catch (IOException | RuntimeException ex) {
			failed(ex);
			return;
		}
		goOn();
	}

	/**
	 * Sends until nothing is left, or only frames are that are sent singly.
	 */
	private void sendAll() {
		try {
			while (!isSlow()) {
				sendTogether();
				if (endSending()) {
					return;
				}
			}
			if (!endSending()) {
				goOn();
			}
		}
		catch (IOException | RuntimeException ex) {
			failed(ex);
		}
	}

	/**
	 * Sends what waits. The socket gathers frames until its own buffer is full.
	 */
	private void sendTogether() throws IOException {
		this.remote.setBatchingAllowed(true);
		long begun = System.nanoTime();
		Object next = poll();
		while (next != null) {
			if (next instanceof String text) {
				this.remote.sendText(text);
			}
			else {
				this.remote.sendBinary(ByteBuffer.wrap((byte[]) next));
			}
			begun = countWait(begun);
			next = isSlow() ? null : poll();
		}
		this.remote.setBatchingAllowed(false);
		countWait(begun);
	}

	private long countWait(long begun) {
		long now = System.nanoTime();
		if (now - begun > PROMPT_NANOS) {
			this.waitedNanos += now - begun;
		}
		return now;
	}

	private boolean isSlow() {
		return this.waitedNanos > MAX_WAITED_NANOS;
	}

	/**
	 * Ends sending unless there is more to send, and closes the socket if that is next.
	 * @return whether nothing is left to do
	 */
	private boolean endSending() {
		synchronized (this) {
			if (!this.frames.isEmpty()) {
				return false;
			}
			this.sending = this.closeStatus != null;
			if (!this.sending) {
				this.waitedNanos = 0;
				return true;
			}
		}
		closeNow();
		return true;
	}

	private synchronized @Nullable Object poll() {
		Object next = this.frames.poll();
		if (next != null) {
			this.bytes -= length(next);
			this.taken = true;
		}
		return next;
	}

	private void failed(@Nullable Throwable failure) {
		logger.debug("A socket could not be written to", failure);
		if (this.session.isOpen() && !(failure instanceof IllegalStateException)) {
			abort(CloseStatus.SESSION_NOT_RELIABLE);
		}
		else {
			// the client has closed it meanwhile, and the container says with what reason
			drop(CloseStatus.SESSION_NOT_RELIABLE);
			this.pool.execute(this::closeNow);
		}
	}

	private void closeNow() {
		CloseStatus status;
		synchronized (this) {
			status = this.closeStatus;
			if (status == null || this.closed) {
				return;
			}
			this.closed = true;
		}
		try {
			// Jetty waits for a client that does not read
			this.session.setMaxIdleTimeout(MAX_BLOCKING_MILLIS);
			this.session
				.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(status.getCode()), status.getReason()));
		}
		catch (IOException | IllegalStateException ex) {
			logger.debug("A socket could not be closed", ex);
		}
	}

	static int length(Object frame) {
		return (frame instanceof String text) ? text.length() : ((byte[]) frame).length;
	}

}
