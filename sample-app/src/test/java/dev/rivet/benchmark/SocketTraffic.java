package dev.rivet.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

import dev.rivet.process.ClientSocket;
import dev.rivet.process.ClientSocket.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The load that {@link SocketLoad} asks for, on one thread. Each line of input is a
 * measurement, each line of output its result; there is one process for all of them,
 * since its own code has to become fast too.
 */
final class SocketTraffic {

	private static final long STALLED_MILLIS = 20_000;

	private final URI uri;

	private final int inFlight;

	private final Latencies latencies = new Latencies();

	private SocketTraffic(URI uri, int inFlight) {
		this.uri = uri;
		this.inFlight = inFlight;
	}

	public static void main(String[] args) throws IOException {
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
		for (String line = input.readLine(); line != null; line = input.readLine()) {
			String[] words = line.split(" ");
			SocketTraffic traffic = new SocketTraffic(URI.create(words[1]), Integer.parseInt(words[2]));
			int amount = Integer.parseInt(words[3]);
			System.out.println(switch (words[0]) {
				case "calls" -> traffic.calls(amount);
				case "broadcasts" -> traffic.broadcasts(amount, Integer.parseInt(words[4]));
				default -> throw new IllegalArgumentException(line);
			});
		}
	}

	/**
	 * Calls an action over one socket, again with each answer.
	 * @param seconds how long
	 * @return the result; an operation is a call and its answer
	 */
	private String calls(int seconds) throws IOException {
		try (ClientSocket socket = ClientSocket.open(this.uri)) {
			long[] sentAt = new long[this.inFlight];
			long start = System.nanoTime();
			long end = start + seconds * 1_000_000_000L;
			for (int id = 0; id < this.inFlight; id++) {
				sentAt[id] = System.nanoTime();
				socket.call(id, "increment", 1);
			}
			while (System.nanoTime() < end) {
				socket.receive((kind, id) -> {
					int slot = (int) (id % this.inFlight);
					long now = System.nanoTime();
					this.latencies.add(now - sentAt[slot]);
					sentAt[slot] = now;
					socket.call(id + this.inFlight, "increment", 1);
				});
			}
			return this.latencies.toJson(System.nanoTime() - start);
		}
	}

	/**
	 * Publishes to subscribers, each with a socket of its own.
	 * @param subscribers how many
	 * @param count how many events to publish
	 * @return the result; an operation is the delivery of an event to a subscriber
	 */
	private String broadcasts(int subscribers, int count) throws IOException {
		List<ClientSocket> sockets = new ArrayList<>();
		try (Selector selector = Selector.open()) {
			for (int i = 0; i < subscribers; i++) {
				sockets.add(watched(selector, true));
			}
			ClientSocket publisher = watched(selector, false);
			sockets.add(publisher);
			return new Broadcasts(publisher, subscribers, count).run(selector);
		}
		finally {
			for (ClientSocket socket : sockets) {
				socket.close();
			}
		}
	}

	private ClientSocket watched(Selector selector, boolean subscribed) throws IOException {
		ClientSocket socket = ClientSocket.open(this.uri);
		if (subscribed) {
			socket.subscribe("tick", "increment");
		}
		socket.channel().configureBlocking(false).register(selector, SelectionKey.OP_READ, socket);
		return socket;
	}

	private final class Broadcasts implements ClientSocket.Receiver {

		private final ClientSocket publisher;

		private final int count;

		private final long deliveries;

		private final long[] sentAt;

		private int published;

		private int answered;

		private long delivered;

		private @Nullable IOException failure;

		private Broadcasts(ClientSocket publisher, int subscribers, int count) {
			this.publisher = publisher;
			this.count = count;
			this.deliveries = (long) subscribers * count;
			this.sentAt = new long[count];
		}

		String run(Selector selector) throws IOException {
			long start = System.nanoTime();
			publish();
			while (this.delivered < this.deliveries) {
				if (selector.select(this::receive, STALLED_MILLIS) == 0) {
					throw new IOException("%d of %d events came".formatted(this.delivered, this.deliveries));
				}
				if (this.failure != null) {
					throw this.failure;
				}
				publish();
			}
			return SocketTraffic.this.latencies.toJson(System.nanoTime() - start);
		}

		private void publish() throws IOException {
			while (this.published < this.count && this.published < this.answered + SocketTraffic.this.inFlight) {
				this.sentAt[this.published] = System.nanoTime();
				this.publisher.call(this.published, "publish", this.published);
				this.published++;
			}
		}

		private void receive(SelectionKey key) {
			try {
				((ClientSocket) key.attachment()).receive(this);
			}
			catch (IOException ex) {
				this.failure = ex;
			}
		}

		@Override
		public void received(Kind kind, long number) {
			if (kind == Kind.EVENT) {
				this.delivered++;
				SocketTraffic.this.latencies.add(System.nanoTime() - this.sentAt[(int) number]);
			}
			else {
				this.answered++;
			}
		}

	}

}
