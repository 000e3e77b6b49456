package dev.rivet.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket without a client library, which does only what it is told to: where it is
 * not read it answers no pings either.
 */
final class PlainSocket implements Closeable {

	private final Socket socket;

	private final DataInputStream in;

	private PlainSocket(Socket socket) throws IOException {
		this.socket = socket;
		this.socket.setSoTimeout(20_000);
		this.in = new DataInputStream(this.socket.getInputStream());
	}

	static PlainSocket open(int port, String path, String protocols) throws IOException {
		PlainSocket socket = request(port, path, protocols);
		socket.awaitUpgrade();
		return socket;
	}

	/**
	 * Asks for a socket without waiting for it.
	 */
	static PlainSocket request(int port, String path, String protocols) throws IOException {
		PlainSocket socket = new PlainSocket(new Socket("localhost", port));
		socket.write("""
				GET %s HTTP/1.1\r
				Host: localhost:%d\r
				Upgrade: websocket\r
				Connection: Upgrade\r
				Sec-WebSocket-Version: 13\r
				Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
				Sec-WebSocket-Protocol: %s\r
				\r
				""".formatted(path, port, protocols).getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private void awaitUpgrade() throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			head.append((char) this.in.readUnsignedByte());
		}
		if (!head.toString().startsWith("HTTP/1.1 101")) {
			throw new IOException("No upgrade: " + head);
		}
	}

	private void write(byte[] bytes) throws IOException {
		this.socket.getOutputStream().write(bytes);
		this.socket.getOutputStream().flush();
	}

	void text(String text) throws IOException {
		frame(0x81, text.getBytes(StandardCharsets.UTF_8));
	}

	void binary(byte[] bytes) throws IOException {
		frame(0x82, bytes);
	}

	private void frame(int head, byte[] payload) throws IOException {
		ByteArrayOutputStream frame = new ByteArrayOutputStream();
		frame.write(head);
		if (payload.length < 126) {
			frame.write(0x80 | payload.length);
		}
		else if (payload.length < 65_536) {
			frame.writeBytes(new byte[] { (byte) 0xFE, (byte) (payload.length >> 8), (byte) payload.length });
		}
		else {
			frame.writeBytes(new byte[] { (byte) 0xFF, 0, 0, 0, 0, (byte) (payload.length >> 24),
					(byte) (payload.length >> 16), (byte) (payload.length >> 8), (byte) payload.length });
		}
		// a mask of zeros leaves the payload as it is
		frame.writeBytes(new byte[4]);
		frame.writeBytes(payload);
		write(frame.toByteArray());
	}

	/**
	 * Reads the next message, and answers the pings before it.
	 * @return its text, or its close code and reason
	 */
	String read() throws IOException {
		ByteArrayOutputStream message = new ByteArrayOutputStream();
		while (true) {
			int head = this.in.readUnsignedByte();
			byte[] payload = new byte[length()];
			this.in.readFully(payload);
			switch (head & 0xF) {
				case 8 -> {
					return "close %d %s".formatted((payload[0] & 0xFF) << 8 | payload[1] & 0xFF,
							new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
				}
				case 9 -> frame(0x8A, payload);
				default -> {
					message.writeBytes(payload);
					if ((head & 0x80) != 0) {
						return message.toString(StandardCharsets.UTF_8);
					}
				}
			}
		}
	}

	private int length() throws IOException {
		int length = this.in.readUnsignedByte();
		return switch (length) {
			case 126 -> this.in.readUnsignedShort();
			case 127 -> (int) this.in.readLong();
			default -> length;
		};
	}

	/**
	 * Drops the connection as a lost network does.
	 */
	void reset() throws IOException {
		this.socket.setSoLinger(true, 0);
		this.socket.close();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
