package dev.rivet.runtime;

import dev.rivet.store.Row;
import dev.rivet.store.Table;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import org.springframework.util.ClassUtils;

/**
 * The row by which an actor remembers a connection whose end it wants to know: the end
 * may come while the actor sleeps or with a crash.
 *
 * @param id the connection's id
 * @param parameters the connection's parameters, if any
 * @param state the connection's state, if any
 */
record ConnectionRow(String id, @Nullable JsonNode parameters, @Nullable Object state) {

	private static final Log logger = LogFactory.getLog(ConnectionRow.class);

	Row write(ObjectMapper mapper) {
		return Row.of(Table.CONNECTION, this.id,
				(this.parameters != null) ? mapper.writeValueAsBytes(this.parameters) : null,
				(this.state != null) ? this.state.getClass().getName() : null,
				(this.state != null) ? mapper.writeValueAsBytes(this.state) : null);
	}

	static ConnectionRow read(Row row, ObjectMapper mapper, Activation activation) {
		byte[] parameters = (byte[]) row.value(0);
		return new ConnectionRow((String) row.id().key(), (parameters != null) ? mapper.readTree(parameters) : null,
				state(row, mapper, activation));
	}

	private static @Nullable Object state(Row row, ObjectMapper mapper, Activation activation) {
		String type = (String) row.value(1);
		if (type == null) {
			return null;
		}
		try {
			return mapper.readValue(row.bytes(2),
					ClassUtils.resolveClassName(type, activation.bean().getClass().getClassLoader()));
		}
		catch (JacksonException | IllegalArgumentException | IllegalStateException ex) {
			logger.warn("The state of a connection that actor %s has lost cannot be read as %s any more"
				.formatted(activation.id(), type), ex);
			return null;
		}
	}

}
