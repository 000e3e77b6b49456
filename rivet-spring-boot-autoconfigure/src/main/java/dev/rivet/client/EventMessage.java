package dev.rivet.client;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import tools.jackson.databind.node.ArrayNode;

/**
 * An event on its way to the connections that are to get it.
 */
public final class EventMessage {

	private final String name;

	private final ArrayNode args;

	private final Map<Object, Object> encoded = new ConcurrentHashMap<>(4);

	/**
	 * Creates a message.
	 * @param name the name of the event
	 * @param args its arguments, which must not change any more
	 */
	public EventMessage(String name, ArrayNode args) {
		this.name = name;
		this.args = args;
	}

	/**
	 * Returns the name of the event.
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns the arguments, which are shared and must not be changed.
	 */
	public ArrayNode args() {
		return this.args;
	}

	/**
	 * Returns this message in a format, in which it is written once for all connections.
	 * @param <F> the type of formats
	 * @param <T> the type of what is written
	 * @param format the format, equal for all that share what is written
	 * @param writer writes the message
	 * @return what was written
	 */
	@SuppressWarnings("unchecked")
	public <F, T> T encoded(F format, Function<EventMessage, T> writer) {
		Object known = this.encoded.get(format);
		return (T) ((known != null) ? known : this.encoded.computeIfAbsent(format, (missing) -> writer.apply(this)));
	}

}
