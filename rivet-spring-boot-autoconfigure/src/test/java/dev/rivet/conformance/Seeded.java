package dev.rivet.conformance;

import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.OnCreate;
import dev.rivet.actor.State;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what it was created with.
 */
@Actor("seeded")
class Seeded {

	@State
	private @Nullable Object seed;

	@State
	private @Nullable Object kinds;

	@State
	private int created;

	@OnCreate
	void create(@Nullable Object input) {
		this.kinds = kinds(input);
		this.seed = input;
		this.created++;
	}

	@Action
	@Nullable Object seed() {
		return this.seed;
	}

	@Action
	@Nullable Object kinds() {
		return this.kinds;
	}

	@Action
	int created() {
		return this.created;
	}

	@Action
	Counter.Identity whoAmI(ActorContext context) {
		return Counter.Identity.of(context);
	}

	private static @Nullable Object kinds(@Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			Map<String, @Nullable Object> kinds = new LinkedHashMap<>();
			map.forEach((key, entry) -> kinds.put(String.valueOf(key), kinds(entry)));
			return kinds;
		}
		if (value instanceof List<?> list) {
			return list.stream().map(Seeded::kinds).toList();
		}
		if (value instanceof byte[] bytes) {
			return "byte[] " + HexFormat.of().formatHex(bytes);
		}
		return (value instanceof Instant || value instanceof Number || value instanceof String)
				? value.getClass().getSimpleName() + " " + value : value;
	}

}
