package dev.rivet.web;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.RivetException;

import org.springframework.web.util.UriUtils;

/**
 * What the destination of a STOMP frame means: {@code /actor/NAME/KEY.../KIND/SUBJECT} or
 * {@code /actor-id/ID/KIND/SUBJECT}. Segments are percent-encoded, and since the last two
 * are always there, a part of the key may be any text.
 *
 * @param actor which actor, as one that exists
 * @param kind what of the actor
 * @param subject the name of the event, action or queue
 */
record StompDestination(ActorAddress actor, Kind kind, String subject) {

	private static final String ACTOR = "actor";

	private static final String ACTOR_ID = "actor-id";

	static StompDestination of(String destination) {
		if (destination.chars().anyMatch((c) -> "*?{}".indexOf(c) >= 0)) {
			throw invalid(destination, "it is a pattern; encode *, ?, { and } as %2A, %3F, %7B and %7D");
		}
		List<String> segments = Arrays.stream(destination.split("/", -1))
			.map((segment) -> decode(segment, destination))
			.toList();
		int size = segments.size();
		if (size < 5 || !segments.get(0).isEmpty() || segments.get(2).isEmpty() || segments.get(size - 1).isEmpty()) {
			throw malformed(destination);
		}
		Kind kind = switch (segments.get(size - 2)) {
			case "event" -> Kind.EVENT;
			case "action" -> Kind.ACTION;
			case "queue" -> Kind.QUEUE;
			default -> throw malformed(destination);
		};
		return new StompDestination(actor(segments, destination), kind, segments.get(size - 1));
	}

	private static ActorAddress actor(List<String> segments, String destination) {
		if (segments.get(1).equals(ACTOR)) {
			return new ActorAddress.ByKey(segments.get(2), segments.subList(3, segments.size() - 2));
		}
		if (segments.get(1).equals(ACTOR_ID) && segments.size() == 5) {
			return new ActorAddress.ById(null, segments.get(2));
		}
		throw malformed(destination);
	}

	private static String decode(String segment, String destination) {
		try {
			return UriUtils.decode(segment, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw invalid(destination, "bad percent-encoding");
		}
	}

	private static RivetException malformed(String destination) {
		return invalid(destination, "expected /actor/NAME/KEY.../KIND/SUBJECT or /actor-id/ID/KIND/SUBJECT, "
				+ "where KIND is event, action or queue");
	}

	static RivetException invalid(String destination, String problem) {
		return new RivetException("destination", "invalid", "Invalid destination '" + destination + "': " + problem);
	}

	/**
	 * What of an actor is meant.
	 */
	enum Kind {

		EVENT, ACTION, QUEUE

	}

}
