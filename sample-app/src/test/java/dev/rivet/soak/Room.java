package dev.rivet.soak;

import java.net.URI;

import dev.rivet.process.JavaServer;
import dev.rivet.process.Requests;

/**
 * An actor that many are connected to.
 */
final class Room {

	static final String EVENT = "tick";

	private final Requests requests;

	private final String gateway;

	private final URI uri;

	private long published;

	Room(JavaServer server, String key) {
		this.requests = new Requests(server);
		this.gateway = this.requests.create("durable", key);
		this.uri = server.uri(this.gateway + "/connect");
	}

	URI uri() {
		return this.uri;
	}

	/**
	 * Returns the number of an event that is about to be published.
	 */
	long next() {
		return ++this.published;
	}

	long published() {
		return this.published;
	}

	/**
	 * Returns how many connections the actor has.
	 */
	int connections() {
		String answer = this.requests.send("POST", this.gateway + "/action/connections", "{\"args\":[]}");
		return Integer.parseInt(answer.replaceAll("\\D", ""));
	}

}
