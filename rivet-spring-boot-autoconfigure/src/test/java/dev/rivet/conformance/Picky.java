package dev.rivet.conformance;

import java.util.Map;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.OnCreate;
import dev.rivet.actor.UserError;

/**
 * Refuses to be created with some inputs.
 */
@Actor("picky")
class Picky {

	@OnCreate
	void create(String input) {
		if (input.equals("bad")) {
			throw new UserError("bad_input", "Not bad", Map.of("got", input));
		}
	}

	@Action
	String taste() {
		return "good";
	}

}
