package dev.rivet.runtime;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The actor types of the application by name.
 */
final class ActorTypes {

	private final Map<String, ActorType> types;

	private final Duration defaultActionTimeout;

	ActorTypes(Map<String, ActorType> types, Duration defaultActionTimeout) {
		this.types = new TreeMap<>(types);
		this.defaultActionTimeout = defaultActionTimeout;
	}

	@Nullable ActorType find(String name) {
		return this.types.get(name);
	}

	ActorType get(String name) {
		ActorType type = this.types.get(name);
		if (type == null) {
			throw Errors.unknownName(name);
		}
		return type;
	}

	Duration actionTimeout(@Nullable ActorType type) {
		return (type != null) ? type.options().actionTimeout() : this.defaultActionTimeout;
	}

	Map<String, ActorStatistics> statistics(Collection<Activation> activations) {
		Map<String, ActorStatistics> statistics = new LinkedHashMap<>();
		this.types.forEach((name, type) -> statistics.put(name, new ActorStatistics(type, activations)));
		return statistics;
	}

	Map<String, Map<String, String>> describe() {
		Map<String, Map<String, String>> described = new LinkedHashMap<>();
		this.types.forEach((name, type) -> {
			Map<String, String> shown = new LinkedHashMap<>();
			if (StringUtils.hasText(type.annotation().icon())) {
				shown.put("icon", type.annotation().icon());
			}
			if (StringUtils.hasText(type.annotation().displayName())) {
				shown.put("name", type.annotation().displayName());
			}
			described.put(name, shown);
		});
		return described;
	}

	/**
	 * Returns a line for the log: the actors and how many actions each has.
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		this.types.forEach((name, type) -> text.append(text.isEmpty() ? "" : ", ")
			.append(name)
			.append(" (")
			.append(type.actions().size())
			.append((type.actions().size() == 1) ? " action)" : " actions)"));
		return text.toString();
	}

}
