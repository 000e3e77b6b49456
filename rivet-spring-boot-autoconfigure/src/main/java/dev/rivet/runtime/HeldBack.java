package dev.rivet.runtime;

import dev.rivet.client.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * What waits of one connection while its actor is not awake.
 * <p>
 * Guarded by the connection.
 */
final class HeldBack {

	/**
	 * As many messages as RivetKit's engine keeps.
	 */
	private static final int MAX_MESSAGES = 65_535;

	private static final CloseReason TOO_MUCH = new CloseReason(CloseReason.FAILED, "message.too_much_while_asleep");

	private final WakeBuffer all;

	private int messages;

	private long bytes;

	HeldBack(WakeBuffer all) {
		this.all = all;
	}

	/**
	 * Adds a message.
	 * @param size its size in bytes
	 * @return why the connection closes, or {@code null} if the message may wait
	 */
	@Nullable CloseReason add(long size) {
		this.messages++;
		this.bytes += size;
		boolean room = this.all.add(size);
		if (this.messages > MAX_MESSAGES || this.bytes > this.all.maxOfOne()) {
			return TOO_MUCH;
		}
		return room ? null : CloseReason.of(Errors.overloaded());
	}

	/**
	 * Notes that nothing waits any more.
	 */
	void release() {
		this.all.remove(this.bytes);
	}

}
