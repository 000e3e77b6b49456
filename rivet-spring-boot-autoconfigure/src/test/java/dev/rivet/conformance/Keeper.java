package dev.rivet.conformance;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.State;
import org.jspecify.annotations.Nullable;

/**
 * Keeps values in its state.
 */
@Actor("keeper")
class Keeper {

	@State
	private final Map<String, Thing> things = new HashMap<>();

	@Action
	void put(String name, Thing thing) {
		this.things.put(name, thing);
	}

	@Action
	@Nullable Thing take(String name) {
		return this.things.remove(name);
	}

	/**
	 * What is kept.
	 */
	record Thing(int n, BigInteger big, BigInteger small, byte[] bytes, List<@Nullable Object> list) {

		Thing {
			list = new ArrayList<>(list);
		}

	}

}
