package dev.rivet.conformance;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;

/**
 * Has actions whose names need care in a URL.
 */
@Actor("names")
class Names {

	@Action("with space")
	String space(String arg) {
		return "with space " + arg;
	}

	@Action("with/slash")
	String slash(String arg) {
		return "with/slash " + arg;
	}

	@Action("with.dot")
	String dot(String arg) {
		return "with.dot " + arg;
	}

	@Action("with-dash")
	String dash(String arg) {
		return "with-dash " + arg;
	}

	@Action("with_underscore")
	String underscore(String arg) {
		return "with_underscore " + arg;
	}

	@Action("with%percent")
	String percent(String arg) {
		return "with%percent " + arg;
	}

	@Action("with%2Fescape")
	String escape(String arg) {
		return "with%2Fescape " + arg;
	}

	@Action("with?question")
	String question(String arg) {
		return "with?question " + arg;
	}

	@Action("with#hash")
	String hash(String arg) {
		return "with#hash " + arg;
	}

	@Action("with+plus")
	String plus(String arg) {
		return "with+plus " + arg;
	}

	@Action("with&amp")
	String amp(String arg) {
		return "with&amp " + arg;
	}

	@Action("with:colon;semicolon")
	String punctuation(String arg) {
		return "with:colon;semicolon " + arg;
	}

	@Action("with\\backslash")
	String backslash(String arg) {
		return "with\\backslash " + arg;
	}

	@Action("with'quote\"")
	String quotes(String arg) {
		return "with'quote\" " + arg;
	}

	@Action("with@at")
	String at(String arg) {
		return "with@at " + arg;
	}

	@Action("grün€😀")
	String beyondAscii(String arg) {
		return "grün€😀 " + arg;
	}

	@Action("$dollar")
	String dollar(String arg) {
		return "$dollar " + arg;
	}

	@Action("__proto__")
	String prototype(String arg) {
		return "__proto__ " + arg;
	}

}
