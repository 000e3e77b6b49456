package dev.rivet.web;

import java.nio.charset.StandardCharsets;

import dev.rivet.client.CloseReason;
import dev.rivet.client.ConnectionListener;
import dev.rivet.client.EventMessage;
import dev.rivet.client.RivetException;
import dev.rivet.client.TransportConnection;
import dev.rivet.protocol.Encoding;
import dev.rivet.protocol.MessageCodec;
import dev.rivet.protocol.Peer;
import dev.rivet.protocol.ProtocolException;
import dev.rivet.protocol.ToClient;
import dev.rivet.protocol.ToServer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The WebSocket of one connection to an actor.
 */
final class ConnectionSocket extends GatewaySocket implements ConnectionListener {

	/**
	 * A message that comes sooner than this after the one before was already there. One
	 * that had to be waited for takes several times as long.
	 */
	private static final long TOGETHER_NANOS = 5_000;

	private static final Object TOO_LONG = new Object();

	private final ObjectMapper wire;

	private final Opener opener;

	private final Encoding encoding;

	private final MessageCodec codec;

	private volatile Peer peer;

	private volatile @Nullable TransportConnection connection;

	private long readyAt;

	private boolean togetherBefore;

	private volatile boolean hurried;

	/**
	 * Creates a socket.
	 * @param sockets all sockets
	 * @param limits how large messages may be
	 * @param wire the mapper for values
	 * @param encoding the encoding of its messages
	 * @param peer the generation of the client, as far as known yet
	 * @param opener opens the connection
	 */
	ConnectionSocket(Sockets sockets, MessageLimits limits, ObjectMapper wire, Encoding encoding, Peer peer,
			Opener opener) {
		super(sockets, limits);
		this.wire = wire;
		this.encoding = encoding;
		this.codec = MessageCodec.forEncoding(encoding);
		this.peer = peer;
		this.opener = opener;
	}

	@Override
	void open() {
		this.connection = this.opener.open(this);
	}

	@Override
	void receive(byte[] message, boolean binary) {
		boolean together = System.nanoTime() - this.readyAt < TOGETHER_NANOS;
		// a single one may come from a client that is fast
		this.hurried = together && this.togetherBefore;
		this.togetherBefore = together;
		TransportConnection actor = this.connection;
		if (actor != null) {
			handle(actor, message, binary);
		}
		this.readyAt = System.nanoTime();
	}

	private void handle(TransportConnection actor, byte[] bytes, boolean binary) {
		if (binary != this.encoding.isBinary()) {
			throw new ProtocolException("message", "malformed", "Malformed message: a %s frame in encoding %s"
				.formatted(binary ? "binary" : "text", this.encoding.wireName()));
		}
		ToServer message = this.codec.decodeToServer(bytes, this.peer);
		this.peer = message.peer();
		if (message instanceof ToServer.ActionRequest call) {
			actor.call(call.id(), call.name(), call.args());
		}
		else if (message instanceof ToServer.SubscriptionRequest request) {
			actor.subscribe(request.eventName(), request.subscribe());
		}
	}

	@Override
	void refuse(RivetException error) {
		failed(error);
	}

	@Override
	void leave(CloseReason reason) {
		TransportConnection actor = this.connection;
		if (actor != null) {
			actor.close();
		}
	}

	@Override
	public void opened(String actorId, String connectionId) {
		send(new ToClient.Init(actorId, connectionId));
	}

	@Override
	public void replied(long id, JsonNode output) {
		Object frame = frame(new ToClient.ActionResponse(id, output), this.peer);
		if (frame == TOO_LONG) {
			refused(id, MessageLimits.outgoingTooLong());
			return;
		}
		outbox().add(frame);
	}

	@Override
	public void refused(long id, RivetException error) {
		outbox().add(frame(new ToClient.Error(ErrorResponse.wireError(error, this.wire), id), this.peer));
	}

	@Override
	public void received(EventMessage event) {
		Peer generation = this.peer;
		Object frame = event.encoded(new Format(this.encoding, generation),
				(message) -> frame(new ToClient.Event(message.name(), message.args()), generation));
		if (frame == TOO_LONG) {
			outgoingTooLong("The event '" + event.name() + "'");
			return;
		}
		outbox().add(frame);
		outbox().flushLater();
	}

	@Override
	public void failed(RivetException error) {
		send(new ToClient.Error(ErrorResponse.wireError(error, this.wire), null));
	}

	@Override
	public void closed(CloseReason reason) {
		close(reason);
	}

	/**
	 * Answers a client that waits for it at once, and lets answers gather for one that
	 * sends on without waiting.
	 */
	@Override
	public void flush() {
		if (this.hurried) {
			outbox().flushLater();
		}
		else {
			outbox().flush();
		}
	}

	private void send(ToClient message) {
		outbox().add(frame(message, this.peer));
		outbox().flush();
	}

	/**
	 * Encodes a message.
	 * @return the frame, or {@link #TOO_LONG}
	 */
	private Object frame(ToClient message, Peer peer) {
		byte[] bytes = this.codec.encodeToClient(message, peer);
		if (bytes.length > limits().outgoing() && !(message instanceof ToClient.Error)) {
			return TOO_LONG;
		}
		return this.encoding.isBinary() ? bytes : new String(bytes, StandardCharsets.UTF_8);
	}

	/**
	 * Opens the connection of a socket.
	 */
	@FunctionalInterface
	interface Opener {

		TransportConnection open(ConnectionListener listener);

	}

	/**
	 * What frames have in common that are the same for the same message.
	 */
	private record Format(Encoding encoding, Peer peer) {
	}

}
