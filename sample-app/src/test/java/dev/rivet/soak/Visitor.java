package dev.rivet.soak;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Random;

import dev.rivet.process.ClientSocket;
import dev.rivet.process.ClientSocket.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody with a connection to a room, who must hear everything that is said there while
 * he is in, once and in order, and must get an answer to each of his calls in order.
 */
final class Visitor implements ClientSocket.Receiver {

	private final Room room;

	private final ClientSocket socket;

	private long called;

	private long answered;

	private long heard;

	private long firstHeard;

	private Visitor(Room room, ClientSocket socket) {
		this.room = room;
		this.socket = socket;
	}

	/**
	 * Enters a room.
	 * @param room the room
	 * @param selector what tells when there is something to hear
	 * @return the visitor
	 */
	static Visitor enter(Room room, Selector selector) throws IOException {
		Visitor visitor = new Visitor(room, ClientSocket.open(room.uri()));
		visitor.socket.subscribe(Room.EVENT, "increment");
		visitor.socket.channel().configureBlocking(false).register(selector, SelectionKey.OP_READ, visitor);
		return visitor;
	}

	/**
	 * Is gone before it is known whether he may enter.
	 */
	static void hesitate(Room room) throws IOException {
		ClientSocket.request(room.uri()).close();
	}

	void call() throws IOException {
		this.socket.call(++this.called, "increment", 1);
	}

	void publish() throws IOException {
		this.socket.call(++this.called, "publish", this.room.next());
	}

	void listen() throws IOException {
		this.socket.receive(this);
	}

	@Override
	public void received(Kind kind, long number) {
		if (kind == Kind.ANSWER) {
			assertThat(number).as("answer").isEqualTo(++this.answered);
			return;
		}
		if (this.heard == 0) {
			this.firstHeard = number;
		}
		assertThat(number).as("event").isEqualTo(this.firstHeard + this.heard);
		this.heard++;
	}

	/**
	 * Leaves in one of the ways in which clients go.
	 */
	void leave(Random random) throws IOException {
		switch (random.nextInt(5)) {
			case 0 -> this.socket.sendClose();
			case 1 -> this.socket.sendBeginning();
			case 2 -> call();
			case 3 -> {
				this.socket.reset();
				return;
			}
			default -> {
				// nothing more
			}
		}
		this.socket.close();
	}

	/**
	 * Returns whether everything was heard that was said in the room, and all calls are
	 * answered.
	 */
	boolean knowsAll() {
		return this.answered == this.called && this.heard == this.room.published() && this.firstHeard <= 1;
	}

}
