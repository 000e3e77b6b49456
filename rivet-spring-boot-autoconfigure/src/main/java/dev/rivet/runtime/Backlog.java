package dev.rivet.runtime;

import java.util.Map;

import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client has sent over one connection and no actor has done yet, be it busy or not
 * awake.
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
		long added = MESSAGE + size;
		if (this.messages == MAX_MESSAGES || this.bytes + added > this.all.maxOfOne() || !this.all.add(added)) {
			return Errors.tooMuchWaits();
		}
		this.messages++;
		this.bytes += added;
		return null;
	}

	/**
	 * Removes a message that is done.
	 * @param size the size of its content in bytes
	 */
	public synchronized void remove(long size) {
		long removed = MESSAGE + size;
		this.messages--;
		this.bytes -= removed;
		this.all.remove(removed);
	}

	/**
	 * Returns about how many bytes a value needs.
	 */
	static long size(JsonNode value) {
		if (value.isString()) {
			return value.stringValue().length();
		}
		if (value.isBinary()) {
			return value.binaryValue().length;
		}
		long size = Long.BYTES;
		if (value.isObject()) {
			for (Map.Entry<String, JsonNode> property : value.properties()) {
				size += property.getKey().length() + size(property.getValue());
			}
		}
		else {
			for (JsonNode element : value) {
				size += size(element);
			}
		}
		return size;
	}

}
