package dev.rivet.protocol;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.TreeBuildingGenerator;
import tools.jackson.databind.ser.SerializationContextExt;

/**
 * Binds Java values to the trees that a {@link MessageCodec} reads and writes.
 * <p>
 * It has a mapper of its own, so that an application's settings for its JSON do not
 * change what actors and their clients exchange. Kinds are taken strictly: a text is no
 * number, a number with a fraction no integer, and null nothing that is primitive.
 * Unknown properties are ignored.
 *
 * @since 0.1.0
 */
public final class WireMapper {

	private final ObjectMapper mapper;

	/**
	 * Create a mapper.
	 */
	public WireMapper() {
		this((builder) -> {
		});
	}

	/**
	 * Create a mapper with changes of the application's.
	 * @param customizer what to change
	 */
	public WireMapper(Consumer<JsonMapper.Builder> customizer) {
		JsonMapper.Builder builder = JsonMapper.builder()
			.addModule(new WireModule())
			.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
			.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
			.disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
					DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
			.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.SORT_PROPERTIES_ALPHABETICALLY);
		customizer.accept(builder);
		this.mapper = new CopyingMapper(builder);
	}

	/**
	 * Return the tree for a value. It shares nothing with the value that could change.
	 * @param value the value, which may be a tree itself
	 * @return the tree
	 * @throws JacksonException if the value has no tree
	 */
	public JsonNode valueToTree(@Nullable Object value) {
		return this.mapper.valueToTree(value);
	}

	/**
	 * Return the value of a type that a tree stands for. It shares nothing with the tree
	 * that could change.
	 * @param <T> the type
	 * @param tree the tree
	 * @param type the type
	 * @return the value, {@code null} if the tree is null and the type has nothing for it
	 * @throws JacksonException if the tree is no such value
	 */
	public <T> @Nullable T treeToValue(JsonNode tree, JavaType type) {
		return this.mapper.treeToValue(tree, type);
	}

	/**
	 * Return the value of a type that a tree stands for.
	 * @param <T> the type
	 * @param tree the tree
	 * @param type the type
	 * @return the value, {@code null} if the tree is null and the type has nothing for it
	 * @throws JacksonException if the tree is no such value
	 * @see #treeToValue(JsonNode, JavaType)
	 */
	public <T> @Nullable T treeToValue(JsonNode tree, Class<T> type) {
		return this.mapper.treeToValue(tree, type);
	}

	/**
	 * Return the underlying mapper, whose trees share nothing with values either.
	 * @return the mapper, which cannot be changed
	 */
	public ObjectMapper getMapper() {
		return this.mapper;
	}

	/**
	 * A mapper whose trees and values are never the same objects, and whose trees are no
	 * deeper than a message may be.
	 */
	private static final class CopyingMapper extends JsonMapper {

		private static final long serialVersionUID = 1L;

		CopyingMapper(Builder builder) {
			super(builder);
		}

		@Override
		@SuppressWarnings("unchecked")
		public <T extends JsonNode> T valueToTree(@Nullable Object value) {
			SerializationContextExt context = _serializationContext();
			try (TreeBuildingGenerator tree = TreeBuildingGenerator.forSerialization(context,
					JsonNodeFactory.instance)) {
				context.serializeValue(new DepthLimit(tree), value);
				return (T) tree.treeBuilt();
			}
		}

		@Override
		@SuppressWarnings("NullAway") // does not know of nullable type variables
		public <T> T treeToValue(JsonNode tree, JavaType type) {
			boolean isTree = JsonNode.class.isAssignableFrom(type.getRawClass());
			// Jackson hands out the tree itself when that is what is asked for
			return super.treeToValue(isTree ? valueToTree(tree) : tree, type);
		}

		@Override
		@SuppressWarnings("NullAway") // does not know of nullable type variables
		public <T> T treeToValue(JsonNode tree, Class<T> type) {
			return treeToValue(tree, constructType(type));
		}

	}

}
