package dev.rivet.runtime;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

import dev.rivet.actor.StateChange;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The difference between two states.
 */
final class StateChanges implements StateChange {

	private final ObjectMapper mapper;

	private final JsonNode before;

	private final Set<String> fields = new HashSet<>();

	StateChanges(ObjectMapper mapper, byte @Nullable [] before, byte[] after) {
		this.mapper = mapper;
		this.before = (before != null) ? mapper.readTree(before) : mapper.createObjectNode();
		JsonNode now = mapper.readTree(after);
		now.propertyNames().forEach((name) -> {
			if (!Objects.equals(now.get(name), this.before.get(name))) {
				this.fields.add(name);
			}
		});
	}

	@Override
	public Set<String> fields() {
		return Set.copyOf(this.fields);
	}

	@Override
	public <T> @Nullable T before(String field, Class<T> type) {
		JsonNode value = this.before.get(field);
		return (value == null || value.isNull()) ? null : this.mapper.treeToValue(value, type);
	}

}
