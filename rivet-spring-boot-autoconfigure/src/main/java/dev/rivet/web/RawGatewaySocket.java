package dev.rivet.web;

import java.nio.charset.StandardCharsets;

import dev.rivet.client.CloseReason;
import dev.rivet.client.RivetException;
import dev.rivet.runtime.SocketListener;
import dev.rivet.runtime.TransportSocket;
import org.jspecify.annotations.Nullable;

/**
 * A raw WebSocket: what the client sends goes to the actor as it is, and back.
 */
final class RawGatewaySocket extends GatewaySocket implements SocketListener {

	private final Opener opener;

	private volatile @Nullable TransportSocket socket;

	/**
	 * Creates a socket.
	 * @param sockets all sockets
	 * @param limits how large messages may be
	 * @param opener opens the socket
	 */
	RawGatewaySocket(Sockets sockets, MessageLimits limits, Opener opener) {
		super(sockets, limits);
		this.opener = opener;
	}

	@Override
	void open() {
		this.socket = this.opener.open(this);
	}

	@Override
	void receive(byte[] message, boolean binary) {
		TransportSocket actor = this.socket;
		if (actor == null) {
			return;
		}
		if (binary) {
			actor.binary(message);
		}
		else {
			actor.text(new String(message, StandardCharsets.UTF_8));
		}
	}

	@Override
	void refuse(RivetException error) {
		// the close says it
	}

	@Override
	void leave(CloseReason reason) {
		TransportSocket actor = this.socket;
		if (actor != null) {
			actor.closed(reason);
		}
	}

	@Override
	public void text(String text) {
		// half a surrogate pair, which the socket does not take, becomes a question mark
		String sent = StandardCharsets.UTF_8.newEncoder().canEncode(text) ? text
				: new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
		// a char is three bytes at most
		send(sent, (sent.length() > limits().outgoing() / 3) ? sent.getBytes(StandardCharsets.UTF_8).length : 0);
	}

	@Override
	public void binary(byte[] bytes) {
		send(bytes, bytes.length);
	}

	private void send(Object frame, int length) {
		if (length > limits().outgoing()) {
			outgoingTooLong("A message over a raw WebSocket");
			return;
		}
		outbox().add(frame);
		outbox().flush();
	}

	@Override
	public void closed(CloseReason reason) {
		close(reason);
	}

	/**
	 * Opens a socket.
	 */
	@FunctionalInterface
	interface Opener {

		TransportSocket open(SocketListener listener);

	}

}
