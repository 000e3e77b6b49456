package dev.rivet.runtime;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.rivet.actor.State;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

import org.springframework.beans.BeanUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The {@link State @State} fields of an actor type: together one CBOR map from field name
 * to value. Entries that have no field, left by another version of the class, are kept.
 */
final class StateFields {

	private static final Log logger = LogFactory.getLog(StateFields.class);

	private final String actor;

	private final ObjectMapper mapper;

	private final Map<String, StateField> fields = new LinkedHashMap<>();

	StateFields(String actor, Class<?> type, ObjectMapper mapper) {
		this.actor = actor;
		this.mapper = mapper;
		ReflectionUtils.doWithFields(type, (field) -> add(field, type),
				(field) -> field.isAnnotationPresent(State.class));
	}

	private void add(Field field, Class<?> actorClass) {
		field.setAccessible(true);
		JavaType type = MemberTypes.of(field, field.getGenericType(), actorClass, this.mapper);
		boolean refilled = Modifier.isFinal(field.getModifiers());
		if (refilled && !isRefillable(type)) {
			throw new InvalidActorException(actorClass,
					"has the final @State field '" + field.getName() + "' of a type that cannot be refilled",
					"Remove 'final': its value has to be replaced when the actor wakes.");
		}
		this.fields.put(field.getName(),
				new StateField(this.actor, field, this.mapper.writerFor(type),
						this.mapper.readerFor(type).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS), refilled,
						new AtomicInteger()));
	}

	private boolean isRefillable(JavaType type) {
		Class<?> raw = type.getRawClass();
		if (BeanUtils.isSimpleValueType(raw) || raw.isRecord() || raw.isArray()) {
			return false;
		}
		try {
			return !Boolean.FALSE.equals(this.mapper._deserializationContext()
				.findRootValueDeserializer(type)
				.supportsUpdate(this.mapper.deserializationConfig()));
		}
		catch (JacksonException ex) {
			// none of its kind can be made, but what is there may be refilled
			return true;
		}
	}

	/**
	 * Refuses values of final fields that cannot be refilled.
	 * @param actor a new actor
	 * @throws IllegalStateException if there is one
	 */
	void check(Object actor) {
		this.fields.values().forEach((field) -> field.check(actor));
	}

	boolean isEmpty() {
		return this.fields.isEmpty();
	}

	/**
	 * Writes the state of an actor.
	 * @param actor the actor
	 * @param unknown entries without a field
	 * @return the state as CBOR
	 * @throws UnserialisableStateException if a field cannot be written
	 */
	byte[] write(Object actor, Map<String, JsonNode> unknown) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
		try (JsonGenerator generator = this.mapper.createGenerator(bytes)) {
			generator.writeStartObject();
			for (Map.Entry<String, StateField> entry : this.fields.entrySet()) {
				generator.writeName(entry.getKey());
				int begin = bytes.size() + generator.streamWriteOutputBuffered();
				entry.getValue().write(actor, generator);
				entry.getValue().written(actor, bytes.size() + generator.streamWriteOutputBuffered() - begin);
			}
			unknown.forEach((name, value) -> {
				generator.writeName(name);
				this.mapper.writeTree(generator, value);
			});
			generator.writeEndObject();
		}
		return bytes.toByteArray();
	}

	/**
	 * Sets the fields of an actor. A field without an entry stays as it is.
	 * @param actor the actor
	 * @param state the state as CBOR
	 * @return what was found
	 * @throws StateException if an entry does not fit its field; then no field was set
	 */
	Stored read(Object actor, byte[] state) {
		Map<StateField, @Nullable Object> values = new LinkedHashMap<>();
		Map<String, JsonNode> unknown = new LinkedHashMap<>();
		try (JsonParser parser = this.mapper.createParser(state)) {
			parser.nextToken();
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				parser.nextToken();
				StateField field = this.fields.get(name);
				if (field != null) {
					values.put(field, field.read(parser));
				}
				else {
					unknown.put(name, parser.readValueAsTree());
				}
			}
		}
		List<Runnable> settings = new ArrayList<>();
		values.forEach((field, value) -> settings.add(() -> field.set(actor, value)));
		settings.forEach(Runnable::run);
		return new Stored(unknown.isEmpty() ? Map.of() : unknown, values.size() == this.fields.size());
	}

	/**
	 * What was found in a stored state.
	 *
	 * @param unknown the entries without a field
	 * @param complete whether there was an entry for each field
	 */
	record Stored(Map<String, JsonNode> unknown, boolean complete) {
	}

	/**
	 * One field.
	 */
	private record StateField(String actor, Field field, ObjectWriter writer, ObjectReader reader, boolean refilled,
			AtomicInteger known) {

		void write(Object actor, JsonGenerator generator) {
			try {
				this.writer.writeValue(generator, ReflectionUtils.getField(this.field, actor));
			}
			catch (RuntimeException | StackOverflowError ex) {
				throw new UnserialisableStateException(this.field.getName(), this.actor, ex);
			}
		}

		@Nullable Object read(JsonParser parser) {
			try {
				if (this.refilled) {
					return parser.readValueAsTree();
				}
				return this.reader.readValue(parser);
			}
			catch (JacksonException ex) {
				throw new StateException(this.field, ex);
			}
		}

		/**
		 * Sees to it, before anybody relies on it, that what was written can be read: not
		 * everything can. Once is enough until there is much more.
		 */
		void written(Object actor, int length) {
			if (length > 2 * this.known.get()) {
				// what is there may be refilled though none of its kind can be made
				if (!this.refilled || this.reader.getValueType().isContainerType()) {
					readAgain(actor);
				}
				this.known.set(length);
			}
		}

		private void readAgain(Object actor) {
			byte[] written = this.writer.writeValueAsBytes(ReflectionUtils.getField(this.field, actor));
			byte[] again;
			try {
				again = this.writer.writeValueAsBytes(this.reader.<@Nullable Object>readValue(written));
			}
			catch (RuntimeException ex) {
				throw new UnserialisableStateException(this.field.getName(), this.actor, ex);
			}
			// their content may differ: sets have no order
			if (again.length != written.length) {
				logger.error("State field '%s' of %s is not the same when it is read again"
					.formatted(this.field.getName(), this.field.getDeclaringClass().getName()));
			}
		}

		void check(Object actor) {
			Object value = this.refilled ? ReflectionUtils.getField(this.field, actor) : null;
			try {
				if (value instanceof Collection<?> collection) {
					refill(collection);
				}
				else if (value instanceof Map<?, ?> map) {
					refill(map);
				}
			}
			catch (UnsupportedOperationException ex) {
				throw new IllegalStateException(
						"The final @State field '%s' of actor '%s' cannot be refilled: give it a value that can be changed, or remove 'final'"
							.formatted(this.field.getName(), this.actor),
						ex);
			}
		}

		private static <T> void refill(Collection<T> collection) {
			List<T> content = new ArrayList<>(collection);
			collection.clear();
			collection.addAll(content);
		}

		private static <K, V> void refill(Map<K, V> map) {
			Map<K, V> content = new LinkedHashMap<>(map);
			map.clear();
			map.putAll(content);
		}

		void set(Object actor, @Nullable Object value) {
			if (!this.refilled) {
				ReflectionUtils.setField(this.field, actor, value);
				return;
			}
			Object target = ReflectionUtils.getField(this.field, actor);
			if (target instanceof Collection<?> collection) {
				collection.clear();
			}
			else if (target instanceof Map<?, ?> map) {
				map.clear();
			}
			try {
				this.reader.withValueToUpdate(target).readValue((JsonNode) value);
			}
			catch (JacksonException ex) {
				throw new StateException(this.field, ex);
			}
		}

	}

	/**
	 * Thrown when an entry does not fit its field.
	 */
	static final class StateException extends RuntimeException {

		StateException(Field field, Throwable cause) {
			super("State field '%s' of %s does not fit what is stored: %s".formatted(field.getName(),
					field.getDeclaringClass().getName(), cause.getMessage()), cause);
		}

	}

}
