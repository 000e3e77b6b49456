package dev.rivet.benchmark;

import dev.rivet.process.JavaServer;

/**
 * What is done over WebSockets.
 */
enum SocketWorkload {

	ONE_CALL("call, 1 in flight") {

		@Override
		Sample measure(SocketLoad load, JavaServer server, String path, Settings settings) {
			return load.calls(server, path, 1, settings.seconds());
		}

	},

	MANY_CALLS("call, 64 in flight") {

		@Override
		Sample measure(SocketLoad load, JavaServer server, String path, Settings settings) {
			return load.calls(server, path, 64, settings.seconds());
		}

	},

	BROADCAST_100("delivery to 100 sockets") {

		@Override
		Sample measure(SocketLoad load, JavaServer server, String path, Settings settings) {
			return load.broadcasts(server, path, PUBLISHED_AT_ONCE, 100, settings.broadcasts());
		}

	},

	BROADCAST_1000("delivery to 1,000 sockets") {

		@Override
		Sample measure(SocketLoad load, JavaServer server, String path, Settings settings) {
			return load.broadcasts(server, path, PUBLISHED_AT_ONCE, 1000, settings.broadcasts());
		}

	};

	private static final int PUBLISHED_AT_ONCE = 8;

	private final String displayName;

	SocketWorkload(String displayName) {
		this.displayName = displayName;
	}

	abstract Sample measure(SocketLoad load, JavaServer server, String path, Settings settings);

	@Override
	public String toString() {
		return this.displayName;
	}

}
