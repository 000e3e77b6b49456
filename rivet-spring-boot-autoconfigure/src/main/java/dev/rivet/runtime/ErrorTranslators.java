package dev.rivet.runtime;

import java.util.List;
import java.util.Map;

import dev.rivet.actor.UserError;
import dev.rivet.client.RivetException;
import dev.rivet.store.StoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Decides what clients are told of failures, with the help of the application's
 * {@link ErrorTranslator}s.
 */
final class ErrorTranslators {

	private static final Log logger = LogFactory.getLog(ErrorTranslators.class);

	private final List<ErrorTranslator> translators;

	private final ObjectMapper wire;

	/**
	 * Creates translators.
	 * @param translators what turns exceptions of libraries into errors for clients, in
	 * order
	 * @param wire the mapper for what errors say
	 */
	ErrorTranslators(List<ErrorTranslator> translators, ObjectMapper wire) {
		this.translators = translators;
		this.wire = wire;
	}

	/**
	 * Translates what kept an actor from being reached.
	 */
	static RivetException translateReaching(Throwable failure) {
		Throwable cause = Errors.unwrap(failure);
		if (cause instanceof RivetException error) {
			return error;
		}
		if (cause instanceof StoreException ex) {
			return Errors.of(ex);
		}
		logger.error("An actor could not be reached", cause);
		return Errors.internal();
	}

	/**
	 * Translates what the code of an actor threw.
	 */
	RivetException translate(Throwable failure) {
		Throwable cause = Errors.unwrap(failure);
		if (cause instanceof RivetException error && (error.group().equals(UserError.GROUP)
				|| error instanceof UnserialisableStateException || error instanceof RefusedException)) {
			return copy(error);
		}
		for (ErrorTranslator translator : this.translators) {
			RivetException translated = translator.translate(cause);
			if (translated != null) {
				return copy(translated);
			}
		}
		return Errors.internal();
	}

	/**
	 * Translates what kept a connection from being opened or subscribed.
	 */
	RivetException translateConnecting(Throwable failure) {
		if (failure instanceof StoreException ex) {
			return Errors.of(ex);
		}
		if (failure instanceof RivetException error
				&& (failure instanceof CommitFailedException || error.is("auth", "forbidden")
						|| error.is("actor", "not_found") || error.is("handler", "websocket_not_defined"))) {
			return error;
		}
		return translate(failure);
	}

	/**
	 * Returns an error that shares nothing with the actor that it comes from.
	 */
	private RivetException copy(RivetException error) {
		Object metadata = error.metadata();
		if (metadata != null) {
			try {
				metadata = this.wire.treeToValue(this.wire.<JsonNode>valueToTree(metadata), Object.class);
			}
			catch (JacksonException ex) {
				logger.error("The metadata of error %s/%s cannot be serialised".formatted(error.group(), error.code()),
						ex);
				metadata = null;
			}
		}
		return new RivetException(error.group(), error.code(), String.valueOf(error.getMessage()), metadata);
	}

	String json(RivetException error) {
		return this.wire.writeValueAsString(
				Map.of("group", error.group(), "code", error.code(), "message", String.valueOf(error.getMessage())));
	}

}
