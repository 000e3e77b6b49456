package dev.rivet.runtime;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import dev.rivet.actor.ActorKey;
import dev.rivet.client.RivetException;
import dev.rivet.store.StoreException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The errors that clients get, with the groups, codes and texts of RivetKit.
 */
final class Errors {

	private static final String CLIENT_DOCS = "https://www.rivet.dev/docs/clients/javascript";

	private Errors() {
	}

	static RivetException actorNotFound() {
		return new RivetException("actor", "not_found", "The actor does not exist or was destroyed.");
	}

	/**
	 * Returns the error for a call that may have had an effect before its actor was
	 * destroyed: no client repeats it, as it would {@code actor/not_found}.
	 */
	static RivetException aborted() {
		return new RivetException("actor", "aborted", "Actor aborted.");
	}

	static RivetException unknownName(String name) {
		return new RivetException("actor", "unknown_name", "No actor is named '" + name + "'.");
	}

	static RivetException duplicateKey(String name, ActorKey key) {
		return new RivetException("actor", "duplicate_key", "Actor already exists with name '" + name + "' and key '"
				+ JsonMapper.shared().writeValueAsString(key.parts()) + "' (" + CLIENT_DOCS + ")");
	}

	static RivetException actionNotFound(String action) {
		return new RivetException("action", "not_found",
				"Action '" + action + "' not found. Validate the action exists on your actor.");
	}

	static RivetException requestNotDefined() {
		return new RivetException("handler", "request_not_defined",
				"Raw request handler not defined. Add a method with `@OnRequest` to the actor.");
	}

	static RivetException websocketNotDefined() {
		return new RivetException("handler", "websocket_not_defined",
				"Raw WebSocket handler not defined. Add a method with `@OnWebSocket` to the actor.");
	}

	static RivetException timedOut() {
		return new RivetException("action", "timed_out",
				"Action timed out. This can be increased with: `@Actor(actionTimeout = \"...\")`");
	}

	/**
	 * Nothing of the call was committed: clients may send it again.
	 */
	static RivetException restarting() {
		return new RivetException("actor", "restarting", "The actor is restarting. Try again.");
	}

	/**
	 * Returns why an actor cannot be used.
	 */
	static RivetException actorUnusable(Throwable failure) {
		return (failure instanceof RivetException error) ? error : internal();
	}

	static RivetException forbidden() {
		return new RivetException("auth", "forbidden", "Forbidden");
	}

	static RefusedException tooManySubscriptions(int limit, int nameLimit) {
		return new RefusedException("event", "too_many_subscriptions", "A connection has at most " + limit
				+ " subscriptions, to events whose names have at most " + nameLimit + " characters", null);
	}

	static RivetException notConnected() {
		return new RivetException("actor", "not_connected", "The connection is not open.");
	}

	static RefusedException invalidEvent(String name, String problem) {
		return invalidEvent(name, problem, List.of(Map.of("path", List.of(), "message", problem)));
	}

	static RefusedException invalidEvent(String name, String problem, List<Map<String, Object>> issues) {
		return new RefusedException("event", "invalid_payload", "Event '" + name + "' " + problem,
				Map.of("name", name, "issues", issues));
	}

	static RefusedException invalidQueueName(int limit) {
		return new RefusedException("request", "invalid",
				"Invalid request: the name of a queue has 1 to " + limit + " characters, and none is NUL", null);
	}

	static RefusedException queueFull(int limit) {
		return new RefusedException("queue", "full", "Queue is full. Limit is " + limit + " messages.",
				Map.of("limit", limit));
	}

	static RefusedException messageTooLarge(long size, long limit) {
		return new RefusedException("queue", "message_too_large",
				"Queue message is too large: %d bytes. Limit is %d bytes.".formatted(size, limit),
				Map.of("size", size, "limit", limit));
	}

	static RefusedException invalidMessage(String code, String name, Class<?> expected, List<Object> path,
			String problem) {
		return invalidMessage(code, name, expected, problem,
				List.of(Map.of("expected", expected.getSimpleName(), "path", path, "message", problem)));
	}

	static RefusedException invalidMessage(String code, String name, Class<?> expected, String problem,
			List<Map<String, Object>> issues) {
		return new RefusedException("queue", code,
				"Queue '%s' expects %s, %s".formatted(name, expected.getSimpleName(), problem),
				Map.of("name", name, "issues", issues));
	}

	static RefusedException completeNotConfigured(String name) {
		return new RefusedException("queue", "complete_not_configured",
				"Queue '" + name + "' completes its messages with nothing", Map.of("name", name));
	}

	static RefusedException alreadyCompleted() {
		return new RefusedException("queue", "already_completed", "The message is not to be completed any more", null);
	}

	static RefusedException previousMessageNotCompleted() {
		return new RefusedException("queue", "previous_message_not_completed",
				"Complete the message received before the next one is received", null);
	}

	static RefusedException kvTooLarge(String what, long size, long limit) {
		return new RefusedException("kv", what + "_too_large",
				"A %s has %d bytes. Limit is %d bytes.".formatted(what, size, limit),
				Map.of("size", size, "limit", limit));
	}

	static RefusedException kvBatchTooLarge(String unit, long size, long limit) {
		return new RefusedException("kv", "batch_too_large",
				"A batch has %d %s. Limit is %d %s.".formatted(size, unit, limit, unit),
				Map.of("size", size, "limit", limit));
	}

	static RefusedException schedule(String code, String message, Object given) {
		return new RefusedException("schedule", code, message.formatted(given), null);
	}

	static RefusedException publishForbidden() {
		return new RefusedException("auth", "forbidden", "Forbidden", null);
	}

	static RivetException hookTimedOut(ActorMethod hook) {
		return new RivetException("actor", "hook_timed_out", hook + " timed out");
	}

	static RefusedException overloaded() {
		return new RefusedException("actor", "overloaded", "Too many calls wait for others. Try again later.", null);
	}

	static RefusedException tooMuchWaits() {
		return new RefusedException("actor", "overloaded",
				"Too much of what this client has sent waits for its actor. Try again later.", null);
	}

	static boolean isOverloaded(Throwable failure) {
		return failure instanceof RivetException error && error.is("actor", "overloaded");
	}

	static RivetException invalidRequest(String message) {
		return new RivetException("request", "invalid", "Invalid request: " + message);
	}

	/**
	 * Returns where in a value something did not fit: names of properties, and positions.
	 */
	static List<Object> path(JacksonException mismatch) {
		return mismatch.getPath().stream().map(Errors::step).toList();
	}

	private static Object step(JacksonException.Reference reference) {
		String property = reference.getPropertyName();
		return (property != null) ? property : (Object) reference.getIndex();
	}

	static RivetException internal() {
		return new RivetException("rivetkit", "internal_error",
				"Internal error. Read the server logs for more details.", Map.of());
	}

	static boolean isInternal(RivetException error) {
		return error.is("rivetkit", "internal_error");
	}

	static RivetException of(StoreException failure) {
		return switch (failure.reason()) {
			case NOT_FOUND -> actorNotFound();
			case OWNED_ELSEWHERE, LOST_OWNERSHIP, UNAVAILABLE -> restarting();
			case REJECTED, OUTCOME_UNKNOWN -> internal();
		};
	}

	/**
	 * Returns what failed, without the wrappers of futures.
	 * @param failure the failure
	 * @return its cause
	 */
	static Throwable unwrap(Throwable failure) {
		Throwable cause = failure;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

}
