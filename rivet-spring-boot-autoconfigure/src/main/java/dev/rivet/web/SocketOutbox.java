package dev.rivet.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.web.socket.CloseStatus;

/**
 * The frames that a socket is still to be sent. Whoever adds one never waits for the
 * client: a frame is written at once as far as the socket takes it, what it does not take
 * waits here, and a client for which too much waits is disconnected.
 * <p>
 * One thread at a time sends. Where several frames wait they are sent by a thread of the
 * pool, many in one write.
 */
final class SocketOutbox {

	private static final Log logger = LogFactory.getLog(SocketOutbox.class);

	private static final CloseStatus TOO_SLOW = CloseStatus.SERVER_ERROR.withReason("connection.too_slow");

	/**
	 * Tomcat gathers frames in a buffer of 8 KiB. Writing a full one while it is filled
	 * would need another write.
	 */
	private static final int MAX_BATCH_BYTES = 7 * 1024;

	/**
	 * Tomcat's name for how long writing may block, in milliseconds.
	 */
	private static final String BLOCKING_SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

	private static final long MAX_BLOCKING_MILLIS = 5000;

	private final Session session;

	private final RemoteEndpoint.Async remote;

	private final int maxBytes;

	private final Executor pool;

	private final ArrayDeque<Object> frames = new ArrayDeque<>(2);

	private int bytes;

	private boolean sending;

	private @Nullable CloseStatus closeStatus;

	private boolean closed;

	/**
	 * Creates an outbox.
	 * @param session the socket
	 * @param maxBytes how many bytes may wait
	 * @param pool where frames are sent if somebody might have to wait for it
	 */
	SocketOutbox(Session session, int maxBytes, Executor pool) {
		this.session = session;
		this.remote = session.getAsyncRemote();
		this.maxBytes = maxBytes;
		this.pool = pool;
		session.getUserProperties().put(BLOCKING_SEND_TIMEOUT, MAX_BLOCKING_MILLIS);
	}

	/**
	 * Adds a frame, which is sent when it is flushed at the latest.
	 * @param frame a {@code String} or a {@code byte[]}
	 */
	synchronized void add(Object frame) {
		if (this.closeStatus != null) {
			return;
		}
		this.frames.add(frame);
		this.bytes += length(frame);
		if (this.bytes > this.maxBytes) {
			this.frames.clear();
			this.bytes = 0;
			this.closeStatus = TOO_SLOW;
			this.pool.execute(this::closeNow);
		}
	}

	/**
	 * Sends what was added.
	 */
	void flush() {
		Object only;
		synchronized (this) {
			if (this.sending || this.frames.isEmpty()) {
				return;
			}
			this.sending = true;
			only = (this.frames.size() == 1) ? poll() : null;
		}
		if (only == null) {
			this.pool.execute(this::sendAll);
		}
		else if (send(only)) {
			goOn();
		}
	}

	/**
	 * Sends what was added, on another thread.
	 */
	void flushLater() {
		synchronized (this) {
			if (this.sending || this.frames.isEmpty()) {
				return;
			}
			this.sending = true;
		}
		this.pool.execute(this::sendAll);
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
	 * Closes the socket without sending what waits.
	 * @param status why
	 */
	void abort(CloseStatus status) {
		synchronized (this) {
			this.closeStatus = status;
			this.frames.clear();
		}
		this.pool.execute(this::closeNow);
	}

	/**
	 * Pings the client.
	 */
	void ping() {
		this.pool.execute(() -> {
			try {
				this.remote.sendPing(ByteBuffer.allocate(0));
			}
			catch (IOException | IllegalStateException ex) {
				failed(ex);
			}
		});
	}

	private void goOn() {
		synchronized (this) {
			if (this.frames.isEmpty() && this.closeStatus == null) {
				this.sending = false;
				return;
			}
		}
		this.pool.execute(this::sendAll);
	}

	private void sendAll() {
		while (true) {
			Object next;
			synchronized (this) {
				next = poll();
				if (next == null && this.closeStatus == null) {
					this.sending = false;
					return;
				}
			}
			if (next == null) {
				closeNow();
				return;
			}
			if (!send(next)) {
				return;
			}
			// the socket has taken a frame without waiting, so it very likely takes some
			// more
			if (hasSeveral() && !sendBatch()) {
				return;
			}
		}
	}

	private synchronized boolean hasSeveral() {
		return this.frames.size() > 1;
	}

	private synchronized @Nullable Object poll() {
		Object next = this.frames.poll();
		if (next != null) {
			this.bytes -= length(next);
		}
		return next;
	}

	private boolean sendBatch() {
		try {
			this.remote.setBatchingAllowed(true);
			int sent = 0;
			while (sent < MAX_BATCH_BYTES) {
				Object next = poll();
				if (next == null) {
					break;
				}
				sent += length(next);
				if (!send(next)) {
					return false;
				}
			}
			this.remote.setBatchingAllowed(false);
			return true;
		}
		catch (IOException | IllegalStateException ex) {
			failed(ex);
			return false;
		}
	}

	/**
	 * Sends a frame.
	 * @param frame the frame
	 * @return whether it is sent; otherwise sending goes on by itself when it is
	 */
	private boolean send(Object frame) {
		Sending sending = new Sending();
		try {
			if (frame instanceof String text) {
				this.remote.sendText(text, sending);
			}
			else {
				this.remote.sendBinary(ByteBuffer.wrap((byte[]) frame), sending);
			}
		}
		catch (IllegalStateException ex) {
			failed(ex);
			return false;
		}
		return sending.isDone();
	}

	private void resume() {
		try {
			if (this.remote.getBatchingAllowed()) {
				this.remote.setBatchingAllowed(false);
			}
			sendAll();
		}
		catch (IOException | IllegalStateException ex) {
			failed(ex);
		}
	}

	private void failed(@Nullable Throwable failure) {
		logger.debug("A socket could not be written to", failure);
		abort(CloseStatus.SESSION_NOT_RELIABLE);
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

	/**
	 * One frame on its way.
	 */
	private final class Sending implements SendHandler {

		private static final int RETURNED = 1;

		private static final int DONE = 2;

		private final AtomicInteger state = new AtomicInteger();

		/**
		 * Returns whether the frame is sent. If not, sending goes on when it is.
		 */
		boolean isDone() {
			return !this.state.compareAndSet(0, RETURNED);
		}

		@Override
		public void onResult(SendResult result) {
			if (!result.isOK()) {
				failed(result.getException());
			}
			else if (!this.state.compareAndSet(0, DONE)) {
				SocketOutbox.this.pool.execute(SocketOutbox.this::resume);
			}
		}

	}

}
