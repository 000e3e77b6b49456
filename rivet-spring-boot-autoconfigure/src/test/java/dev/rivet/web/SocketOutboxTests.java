package dev.rivet.web;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.rivet.runtime.ActorRuntime;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.stubbing.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link SocketOutbox}.
 */
@Timeout(60)
class SocketOutboxTests {

	/**
	 * As many as there may be threads that wait for them.
	 */
	private static final int CLIENTS = 256;

	private static final int FRAMES = 100;

	private static final int MAX_WAITING = 1000;

	/**
	 * A client that takes this for each frame would hold a thread for half a minute.
	 */
	private static final long FRAME_MILLIS = 300;

	private final Sockets sockets = new Sockets(mock(ActorRuntime.class), Duration.ofMinutes(1));

	private final CountDownLatch end = new CountDownLatch(1);

	private final AtomicInteger frames = new AtomicInteger();

	@AfterEach
	void stop() {
		this.end.countDown();
		this.sockets.destroy();
	}

	@Test
	void clientsThatReadSlowlyHoldUpNobodyAndStay() throws Exception {
		AtomicInteger givenUp = new AtomicInteger();
		Session slow = session((call) -> {
			this.end.await(FRAME_MILLIS, TimeUnit.MILLISECONDS);
			return this.frames.incrementAndGet();
		});
		for (int i = 0; i < CLIENTS; i++) {
			SocketOutbox outbox = new SocketOutbox(slow, MAX_WAITING, this.sockets.senders(), givenUp::incrementAndGet);
			for (int j = 0; j < FRAMES; j++) {
				outbox.add("x");
			}
			outbox.flushLater();
		}
		CountDownLatch told = new CountDownLatch(1);
		Session prompt = session((call) -> {
			told.countDown();
			return null;
		});
		SocketOutbox other = new SocketOutbox(prompt, MAX_WAITING, this.sockets.senders(), givenUp::incrementAndGet);
		other.add("x");
		other.flushLater();
		assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
		await().until(() -> this.frames.get() == CLIENTS * FRAMES);
		assertThat(givenUp).hasValue(0);
	}

	@Test
	void nobodyIsLostWhosePingHasNotLeft() throws Exception {
		AtomicInteger givenUp = new AtomicInteger();
		Queue<Runnable> waiting = new ArrayDeque<>();
		long before = System.nanoTime();
		SocketOutbox outbox = new SocketOutbox(session((call) -> null), MAX_WAITING, waiting::add,
				givenUp::incrementAndGet);
		outbox.check(before);
		outbox.check(System.nanoTime() + 1);
		assertThat(givenUp).hasValue(0);
		waiting.remove().run();
		outbox.check(System.nanoTime() + 1);
		assertThat(givenUp).hasValue(1);
	}

	/**
	 * Returns a socket whose client lets those wait that may have to.
	 */
	private Session session(Answer<?> taking) throws Exception {
		Session session = mock(Session.class);
		RemoteEndpoint.Basic remote = mock(RemoteEndpoint.Basic.class);
		willAnswer(taking).given(remote).sendText(anyString());
		RemoteEndpoint.Async async = mock(RemoteEndpoint.Async.class);
		Answer<?> later = (call) -> {
			call.getArgument(1, SendHandler.class).onResult(new SendResult(session));
			return this.frames.incrementAndGet();
		};
		willAnswer(later).given(async).sendText(anyString(), any());
		given(session.getBasicRemote()).willReturn(remote);
		given(session.getAsyncRemote()).willReturn(async);
		given(session.getUserProperties()).willReturn(new HashMap<>());
		return session;
	}

}
