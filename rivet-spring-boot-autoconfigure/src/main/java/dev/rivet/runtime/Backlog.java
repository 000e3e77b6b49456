package dev.rivet.runtime;

import java.util.Map;

import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client has sent over one connection or in one STOMP session and no actor has
 * done yet, be it busy or not awake.
 */
public final class Backlog {

	/**
	 * As many as RivetKit's engine keeps.
	 */
	private static final int MAX_MESSAGES = 65_535;

	/**
	 * About what a message needs in the heap beside its content, in bytes.
	 */
	private static final int MESSAGE = 512;

	/**
	 * About what an object or an array needs, and any other value, beside its content.
	 */
	private static final int CONTAINER = 80;

	private static final int SCALAR = 24;

	/**
	 * What may wait of every client, however much waits of others.
	 */
	private static final int ALLOWANCE = 64 * 1024;

	private final ReceiveBuffer all;

	private int messages;

	private long bytes;

	Backlog(ReceiveBuffer all) {
		this.all = all;
	}

	/**
	 * Adds a message, if it may wait.
	 * @param size the size of its content in bytes
	 * @return why it may not, or {@code null} if it may
	 */
	public synchronized @Nullable RivetException add(long size) {
		long after = this.bytes + MESSAGE + size;
		if (this.messages == MAX_MESSAGES || after > this.all.maxOfOne()
				|| !this.all.add(shared(after) - shared(this.bytes))) {
			return Errors.tooMuchWaits();
		}
		this.messages++;
		this.bytes = after;
		return null;
	}

	/**
	 * Removes a message that is done.
	 * @param size the size of its content in bytes
	 */
	public synchronized void remove(long size) {
		long after = this.bytes - MESSAGE - size;
		this.all.remove(shared(this.bytes) - shared(after));
		this.messages--;
		this.bytes = after;
	}

	private static long shared(long bytes) {
		return Math.max(bytes - ALLOWANCE, 0);
	}

	/**
	 * Returns about how many bytes of the heap a value needs.
	 */
	public static long size(JsonNode value) {
		if (value.isString()) {
			return SCALAR + value.stringValue().length();
		}
		if (value.isBinary()) {
			return SCALAR + value.binaryValue().length;
		}
		if (!value.isContainer()) {
			return SCALAR;
		}
		long size = CONTAINER;
		for (Map.Entry<String, JsonNode> property : value.properties()) {
			size += SCALAR + property.getKey().length();
		}
		for (JsonNode element : value) {
			size += size(element);
		}
		return size;
	}

}
