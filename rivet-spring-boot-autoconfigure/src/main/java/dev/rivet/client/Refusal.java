package dev.rivet.client;

import java.util.Set;

/**
 * What it means for a connection that an actor could not be reached, as RivetKit's
 * clients from 2.3 on see it.
 */
enum Refusal {

	/**
	 * Nothing is known: perhaps there is no server.
	 */
	NONE,

	/**
	 * The actor is on its way.
	 */
	PASSING,

	/**
	 * There is no such actor, but there may be one later.
	 */
	ABSENT,

	/**
	 * Another attempt would be of no use.
	 */
	FINAL;

	private static final Set<String> ACTOR = Set.of("starting", "stopping", "stopped", "restarting", "not_configured",
			"dropped_reply", "overloaded", "destroying");

	private static final Set<String> GUARD = Set.of("service_unavailable", "actor_wake_retries_exceeded",
			"actor_stopped_while_waiting", "tunnel_request_aborted", "tunnel_message_timeout", "tunnel_response_closed",
			"gateway_response_start_timeout", "actor_ready_timeout", "actor_runner_failed");

	static Refusal of(RivetException error, ActorAddress actor) {
		return switch (error.group()) {
			case "actor" -> ofActor(error.code(), actor);
			case "guard" -> GUARD.contains(error.code()) ? PASSING : FINAL;
			case "ws" -> error.code().equals("going_away") ? PASSING : FINAL;
			default -> FINAL;
		};
	}

	private static Refusal ofActor(String code, ActorAddress actor) {
		if (code.equals("not_found")) {
			return (actor instanceof ActorAddress.ById) ? FINAL : ABSENT;
		}
		return (ACTOR.contains(code) || code.startsWith("destroyed_")) ? PASSING : FINAL;
	}

}
