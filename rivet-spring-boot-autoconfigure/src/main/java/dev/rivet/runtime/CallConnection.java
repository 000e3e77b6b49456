package dev.rivet.runtime;

import java.util.UUID;

import dev.rivet.actor.Connection;
import dev.rivet.actor.UserError;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The connection of a single call, which ends with it.
 */
final class CallConnection implements Connection {

	private final ObjectMapper mapper;

	private final @Nullable JsonNode parameters;

	private @Nullable String id;

	CallConnection(ObjectMapper mapper, @Nullable JsonNode parameters) {
		this.mapper = mapper;
		this.parameters = parameters;
	}

	@Override
	public synchronized String id() {
		if (this.id == null) {
			this.id = UUID.randomUUID().toString();
		}
		return this.id;
	}

	@Override
	public <T> @Nullable T parameters(Class<T> type) {
		if (this.parameters == null || this.parameters.isNull()) {
			return null;
		}
		try {
			return this.mapper.treeToValue(this.parameters, type);
		}
		catch (JacksonException ex) {
			UserError error = new UserError("invalid_parameters",
					"Connection parameters are not of type " + type.getSimpleName());
			error.initCause(ex);
			throw error;
		}
	}

}
