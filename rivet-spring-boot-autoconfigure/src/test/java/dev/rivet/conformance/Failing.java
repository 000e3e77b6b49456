package dev.rivet.conformance;

import java.math.BigInteger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Fails in many ways.
 */
@Actor("failing")
class Failing {

	@Action
	void refuse(String code, String message, @Nullable Object metadata) {
		throw new UserError(code, message, metadata);
	}

	@Action
	void refusePlainly(String message) {
		throw new UserError(message);
	}

	@Action
	void refuseInManyKinds() {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("big", BigInteger.valueOf(5));
		metadata.put("date", Instant.EPOCH);
		metadata.put("bytes", new byte[] { 1, -1 });
		metadata.put("pair", List.of("$foo", "bar"));
		metadata.put("point", new Values.Point(1, 2));
		throw new UserError("kinds", "Many kinds", metadata);
	}

	@Action
	void crash(String secret) {
		throw new IllegalStateException(secret);
	}

	@Action
	void crashHard() {
		throw new AssertionError("the secret");
	}

	@Action
	Unsendable unsendable() {
		return new Unsendable();
	}

	@Action
	String fine() {
		return "fine";
	}

	/**
	 * Cannot be serialised.
	 */
	static class Unsendable {

		public String getValue() {
			throw new IllegalStateException("the secret");
		}

	}

}
