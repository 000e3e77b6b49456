package dev.rivet.process;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A client's end of a connection to an actor, reduced to what costs little: messages are
 * JSON made of strings, and of a message that comes only the kind and the first number
 * are read. A number identifies an answer by its call and an event by its argument.
 */
public final class ClientSocket implements Closeable {

	private static final String UPGRADE = """
			GET %s HTTP/1.1\r
			Host: %s\r
			Upgrade: websocket\r
			Connection: Upgrade\r
			Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
			Sec-WebSocket-Version: 13\r
			Sec-WebSocket-Protocol: rivet, rivet_encoding.json\r
			\r
			""";

	private static final String SUBSCRIPTION = """
			{"body":{"tag":"SubscriptionRequest","val":{"eventName":"%s","subscribe":true}}}""";

	private static final int TAG = "{'body':{'tag':'".length();

	private static final int TEXT = 1;

	private static final int CLOSE = 8;

	private static final int PING = 9;

	private static final int PONG = 10;

	private static final int FINAL = 0x80;

	private static final int MASKED = 0x80;

	private static final int LENGTH = 0x7f;

	private static final int LENGTH_IN_TWO_BYTES = 126;

	private final ByteBuffer in = ByteBuffer.allocateDirect(16 * 1024);

	private final ByteBuffer out = ByteBuffer.allocateDirect(1024);

	private final SocketChannel channel;

	private ClientSocket(SocketChannel channel) {
		this.channel = channel;
	}

	/**
	 * Opens a socket and waits until it may be used.
	 * @param uri where
	 * @return the open socket, in blocking mode
	 */
	public static ClientSocket open(URI uri) throws IOException {
		ClientSocket socket = request(uri);
		socket.awaitUpgrade();
		AtomicBoolean opened = new AtomicBoolean();
		Receiver receiver = (kind, number) -> opened.set(true);
		// the first message may have come with the answer to the request
		socket.take(receiver);
		while (!opened.get()) {
			socket.receive(receiver);
		}
		return socket;
	}

	/**
	 * Asks for a socket without waiting for it.
	 * @param uri where
	 * @return a socket that is not open yet
	 */
	public static ClientSocket request(URI uri) throws IOException {
		SocketChannel channel = SocketChannel.open(new InetSocketAddress(uri.getHost(), uri.getPort()));
		channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
		ClientSocket socket = new ClientSocket(channel);
		socket.out.put(bytes(UPGRADE.formatted(uri.getPath(), uri.getAuthority())));
		socket.write();
		return socket;
	}

	private void awaitUpgrade() throws IOException {
		String head = "";
		while (!head.contains("\r\n\r\n")) {
			read();
			head = StandardCharsets.US_ASCII.decode(this.in.duplicate().flip()).toString();
		}
		if (!head.startsWith("HTTP/1.1 101 ")) {
			throw new IOException(head);
		}
		drop(head.indexOf("\r\n\r\n") + 4);
	}

	/**
	 * Calls an action with one argument.
	 */
	public void call(long id, String action, long argument) throws IOException {
		// not a format, which would take as long as the call itself
		send(TEXT, bytes("{\"body\":{\"tag\":\"ActionRequest\",\"val\":{\"id\":[\"$BigInt\",\"" + id + "\"],\"name\":\""
				+ action + "\",\"args\":[" + argument + "]}}}"));
	}

	/**
	 * Subscribes to an event and waits until it is certain that it is heard.
	 * @param event the name of the event
	 * @param action an action to call for that, whose answer follows the subscription
	 */
	public void subscribe(String event, String action) throws IOException {
		send(TEXT, bytes(SUBSCRIPTION.formatted(event)));
		call(0, action, 1);
		AtomicBoolean subscribed = new AtomicBoolean();
		while (!subscribed.get()) {
			receive((kind, number) -> subscribed.compareAndSet(false, kind == Kind.ANSWER));
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	private void send(int type, byte[] payload) throws IOException {
		this.out.put((byte) (FINAL | type));
		if (payload.length < LENGTH_IN_TWO_BYTES) {
			this.out.put((byte) (MASKED | payload.length));
		}
		else {
			this.out.put((byte) (MASKED | LENGTH_IN_TWO_BYTES)).putShort((short) payload.length);
		}
		// a mask of zeros leaves the payload as it is
		this.out.putInt(0).put(payload);
		write();
	}

	private void write() throws IOException {
		this.out.flip();
		while (this.out.hasRemaining()) {
			this.channel.write(this.out);
		}
		this.out.clear();
	}

	/**
	 * Reads what is there, in blocking mode at least something.
	 * @param receiver gets each answer and event
	 * @throws EOFException if the server has closed the socket
	 */
	public void receive(Receiver receiver) throws IOException {
		read();
		take(receiver);
	}

	private void take(Receiver receiver) throws IOException {
		int start = 0;
		int end = this.in.position();
		while (end - start >= 2) {
			int length = this.in.get(start + 1) & LENGTH;
			int payload = start + 2;
			if (length == LENGTH_IN_TWO_BYTES) {
				length = (end - start >= 4) ? this.in.getShort(payload) & 0xffff : end;
				payload += 2;
			}
			if (end - payload < length) {
				break;
			}
			handle(this.in.get(start) & 0xf, payload, length, receiver);
			start = payload + length;
		}
		drop(start);
	}

	private void read() throws IOException {
		if (this.channel.read(this.in) < 0) {
			throw new EOFException("The server has closed the socket");
		}
	}

	private void drop(int bytes) {
		this.in.flip().position(bytes);
		this.in.compact();
	}

	private void handle(int type, int start, int length, Receiver receiver) throws IOException {
		if (type == CLOSE) {
			throw new EOFException("Closed: " + this.in.getShort(start) + " " + text(start + 2, length - 2));
		}
		if (type == PING) {
			send(PONG, new byte[0]);
		}
		if (type != TEXT) {
			return;
		}
		// the second letter tells Init, Event, Error and ActionResponse (an echo's
		// ActionRequest) apart
		switch (this.in.get(start + TAG + 1)) {
			case 'n' -> receiver.received(Kind.INIT, 0);
			case 'c' -> receiver.received(Kind.ANSWER, firstNumber(start + TAG));
			case 'v' -> receiver.received(Kind.EVENT, firstNumber(start + TAG));
			default -> throw new IOException("Not expected: " + text(start, length));
		}
	}

	private long firstNumber(int start) {
		int at = start;
		int digit;
		do {
			digit = this.in.get(at++) - '0';
		}
		while (digit < 0 || digit > 9);
		long number = 0;
		while (digit >= 0 && digit <= 9) {
			number = number * 10 + digit;
			digit = this.in.get(at++) - '0';
		}
		return number;
	}

	private String text(int start, int length) {
		byte[] bytes = new byte[length];
		this.in.get(start, bytes);
		return new String(bytes, StandardCharsets.UTF_8);
	}

	/**
	 * Returns what a selector can watch.
	 */
	public SelectableChannel channel() {
		return this.channel;
	}

	/**
	 * Asks the server to close the socket.
	 */
	public void sendClose() throws IOException {
		send(CLOSE, new byte[] { 1000 >> 8, (byte) 1000 });
	}

	/**
	 * Sends the beginning of a message that never ends.
	 */
	public void sendBeginning() throws IOException {
		this.out.put((byte) (FINAL | TEXT)).put((byte) (MASKED | 100)).putInt(0).put((byte) '{');
		write();
	}

	/**
	 * Lets the socket be gone for the server without a goodbye, even one of TCP.
	 */
	public void reset() throws IOException {
		this.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
		close();
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	/**
	 * What kind of message has come.
	 */
	public enum Kind {

		/**
		 * The connection is open.
		 */
		INIT,

		/**
		 * An action is answered.
		 */
		ANSWER,

		/**
		 * An event.
		 */
		EVENT

	}

	/**
	 * Gets messages.
	 */
	@FunctionalInterface
	public interface Receiver {

		/**
		 * Gets a message.
		 * @param kind what kind of message
		 * @param number the number of the action or the argument of the event
		 */
		void received(Kind kind, long number) throws IOException;

	}

}
