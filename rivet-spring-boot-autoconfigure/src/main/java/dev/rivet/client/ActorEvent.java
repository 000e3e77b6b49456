package dev.rivet.client;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import org.springframework.core.ParameterizedTypeReference;

/**
 * An event that an actor has sent.
 */
public final class ActorEvent {

	private final EventMessage message;

	private final ObjectMapper mapper;

	ActorEvent(EventMessage message, ObjectMapper mapper) {
		this.message = message;
		this.mapper = mapper;
	}

	/**
	 * Returns the name of the event.
	 */
	public String name() {
		return this.message.name();
	}

	/**
	 * Returns how many arguments the event has.
	 */
	public int size() {
		return this.message.args().size();
	}

	/**
	 * Returns an argument.
	 * @param <T> the type of the argument
	 * @param index its position, from 0
	 * @param type the type of the argument
	 * @return the argument; one that was not sent is null
	 * @throws tools.jackson.core.JacksonException if it is of another type
	 */
	public <T extends @Nullable Object> T argument(int index, Class<T> type) {
		return value(index, type);
	}

	/**
	 * Returns an argument.
	 * @param <T> the type of the argument
	 * @param index its position, from 0
	 * @param type the type of the argument
	 * @return the argument; one that was not sent is null
	 * @throws tools.jackson.core.JacksonException if it is of another type
	 */
	public <T extends @Nullable Object> T argument(int index, ParameterizedTypeReference<T> type) {
		return value(index, type.getType());
	}

	@Override
	public String toString() {
		return this.message.name() + this.message.args();
	}

	@SuppressWarnings("NullAway") // does not know of nullable type variables
	private <T extends @Nullable Object> T value(int index, Type type) {
		JavaType valueType = this.mapper.constructType(type);
		JsonNode tree = this.message.args().path(index);
		if (tree.isMissingNode()) {
			tree = this.mapper.nullNode();
		}
		// Jackson hands out the tree itself when that is what is asked for
		return this.mapper.treeToValue(valueType.isTypeOrSubTypeOf(JsonNode.class) ? tree.deepCopy() : tree, valueType);
	}

}
