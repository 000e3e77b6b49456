package dev.rivet.web;

import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import dev.rivet.client.RivetException;
import dev.rivet.protocol.ProtocolException;
import dev.rivet.protocol.WireError;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What a client gets when something failed: always JSON, whatever the encoding of the
 * request.
 */
final class ErrorResponse {

	private static final Log logger = LogFactory.getLog(ErrorResponse.class);

	private ErrorResponse() {
	}

	static Answer of(Throwable failure, ObjectMapper wire) {
		RivetException error = error(failure);
		return new Answer(status(error), Answer.JSON, wireError(error, wire).toJson());
	}

	/**
	 * Returns what a client is told of a failure.
	 */
	static RivetException error(Throwable failure) {
		Throwable cause = failure;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		if (cause instanceof ProtocolException ex) {
			return new RivetException(ex.getGroup(), ex.getCode(), String.valueOf(ex.getMessage()));
		}
		if (cause instanceof RivetException ex) {
			return ex;
		}
		logger.error("A request failed", cause);
		return new RivetException("rivetkit", "internal_error",
				"Internal error. Read the server logs for more details.", Map.of());
	}

	static WireError wireError(RivetException error, ObjectMapper wire) {
		return new WireError(error.group(), error.code(), String.valueOf(error.getMessage()), metadata(error, wire));
	}

	private static @Nullable JsonNode metadata(RivetException error, ObjectMapper wire) {
		if (error.metadata() == null) {
			return null;
		}
		try {
			return wire.valueToTree(error.metadata());
		}
		catch (JacksonException ex) {
			logger.error("The metadata of error %s/%s cannot be serialised".formatted(error.group(), error.code()), ex);
			return null;
		}
	}

	private static int status(RivetException error) {
		return switch (error.group() + "/" + error.code()) {
			case "rivetkit/internal_error" -> 500;
			case "actor/not_found", "actor/unknown_name", "route/not_found", "handler/request_not_defined" -> 404;
			case "auth/forbidden", "feature/restricted" -> 403;
			case "actor/restarting", "actor/overloaded" -> 503;
			default -> 400;
		};
	}

}
