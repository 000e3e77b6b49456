package dev.rivet.runtime;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

import dev.rivet.actor.ActorContext;
import dev.rivet.actor.ActorWebSocket;
import dev.rivet.actor.Connection;
import dev.rivet.actor.FireInfo;
import dev.rivet.actor.QueueMessage;
import dev.rivet.actor.StateChange;
import dev.rivet.actor.UserError;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * A method of an actor type: an action or a hook. What the runtime provides is passed
 * wherever it is declared, all other parameters are bound to the caller's arguments by
 * position.
 */
final class ActorMethod {

	private static final Map<Class<?>, Object> EMPTY = Map.of(Optional.class, Optional.empty(), OptionalInt.class,
			OptionalInt.empty(), OptionalLong.class, OptionalLong.empty(), OptionalDouble.class,
			OptionalDouble.empty());

	/**
	 * The request that opens a connection; the class is there in web applications only.
	 */
	static final String REQUEST = "org.springframework.http.HttpRequest";

	private static final int TRUSTED_AFTER = 64;

	private final String description;

	private final Method method;

	private final List<Slot> slots = new ArrayList<>();

	private final List<Business> business = new ArrayList<>();

	private final @Nullable String transactionName;

	private final boolean takesRequest;

	private @Nullable Method invocable;

	/**
	 * How often the method has run without waiting, or a negative number if it has ever
	 * waited. Counts that get lost do no harm.
	 */
	private volatile int runs;

	/**
	 * Creates a method.
	 * @param description how errors call it, such as {@code Action 'send'}
	 * @param method the method
	 * @param actorClass the actor class
	 * @param mapper what turns trees into values
	 */
	ActorMethod(String description, Method method, Class<?> actorClass, ObjectMapper mapper) {
		this.description = description;
		this.method = method;
		this.transactionName = transactionName(method, actorClass);
		this.takesRequest = Arrays.stream(method.getParameterTypes())
			.anyMatch((type) -> type.getName().equals(REQUEST));
		for (Parameter parameter : method.getParameters()) {
			this.slots.add(slot(parameter, actorClass, mapper));
		}
	}

	private static @Nullable String transactionName(Method method, Class<?> actorClass) {
		return (new AnnotationTransactionAttributeSource(false).getTransactionAttribute(method, actorClass) != null)
				? ClassUtils.getQualifiedMethodName(method, actorClass) : null;
	}

	/**
	 * Returns the name of the transaction that the method runs in, or {@code null} if it
	 * is not transactional.
	 */
	@Nullable String transactionName() {
		return this.transactionName;
	}

	private Slot slot(Parameter parameter, Class<?> actorClass, ObjectMapper mapper) {
		Class<?> type = parameter.getType();
		Class<?> wrapped = ResolvableType.forType(parameter.getParameterizedType()).getGeneric().toClass();
		if (type == Optional.class && wrapped == Connection.class) {
			return (args, context, connection, request) -> Optional.ofNullable(connection);
		}
		if (type == Optional.class && wrapped == FireInfo.class) {
			return (args, context, connection, request) -> Optional.ofNullable(request);
		}
		if (type == ActorContext.class) {
			return (args, context, connection, request) -> context;
		}
		if (type == Connection.class) {
			return (args, context, connection, request) -> connection;
		}
		if (type == ActorWebSocket.class) {
			return (args, context, connection, request) -> ((LiveConnection) Objects.requireNonNull(connection))
				.socket();
		}
		if (type.getName().equals(REQUEST) || type == StateChange.class || type == QueueMessage.class
				|| type == FireInfo.class) {
			return (args, context, connection, request) -> request;
		}
		JavaType bound = MemberTypes.of(this.method, parameter.getParameterizedType(), actorClass, mapper);
		Business slot = new Business(this.business.size(), bound, mapper.readerFor(bound));
		this.business.add(slot);
		return slot;
	}

	/**
	 * Returns whether it is given the request of whoever is connected.
	 */
	boolean takesRequest() {
		return this.takesRequest;
	}

	/**
	 * Returns whether a turn of this method may wait, as far as experience tells. A
	 * thread that must not be held up, such as that which reads a socket, may run what
	 * does not.
	 */
	boolean mayWait() {
		return this.runs < TRUSTED_AFTER;
	}

	void waits() {
		this.runs = Integer.MIN_VALUE;
	}

	private void ran() {
		int before = this.runs;
		if (before >= 0 && before < TRUSTED_AFTER) {
			this.runs = before + 1;
		}
	}

	int businessParameters() {
		return this.business.size();
	}

	/**
	 * Returns whether the method must have a caller.
	 */
	boolean needsConnection() {
		return needs(Connection.class);
	}

	/**
	 * Returns whether a parameter of a type must not be {@code null}.
	 */
	boolean needs(Class<?> type) {
		return IntStream.range(0, this.method.getParameterCount())
			.mapToObj((i) -> new MethodParameter(this.method, i))
			.anyMatch((parameter) -> parameter.getParameterType() == type && !parameter.isOptional());
	}

	Class<?> businessType(int position) {
		return this.business.get(position).type.getRawClass();
	}

	Method method() {
		return this.method;
	}

	/**
	 * Binds arguments.
	 * @param args the caller's arguments
	 * @param context the actor's context
	 * @param connection the caller's connection, or {@code null} if there is no caller
	 * @param request the request that opens the connection, if any
	 * @return the values for the method's parameters
	 * @throws UserError if the arguments do not fit
	 */
	@Nullable Object[] bind(ArrayNode args, ActorContext context, @Nullable Connection connection, @Nullable Object request) {
		for (int i = this.business.size(); i < args.size(); i++) {
			if (!args.get(i).isNull()) {
				throw invalid(i, "nothing", "argument %d: expected nothing, since it takes %d argument(s), got %d"
					.formatted(i, this.business.size(), args.size()), null);
			}
		}
		Object[] values = new Object[this.slots.size()];
		for (int i = 0; i < values.length; i++) {
			values[i] = this.slots.get(i).value(args, context, connection, request);
		}
		return values;
	}

	/**
	 * Passes values that come from within.
	 * @param given the values for the parameters that are not provided, as many as
	 * declared or more
	 * @param context the actor's context
	 * @param connection the caller's connection, or {@code null} if there is no caller
	 * @param occasion what the method is called for, if it may declare that
	 * @return the values for the method's parameters
	 */
	@Nullable Object[] bind(List<? extends @Nullable Object> given, ActorContext context, @Nullable Connection connection,
			@Nullable Object occasion) {
		ArrayNode none = JsonNodeFactory.instance.arrayNode();
		Object[] values = new Object[this.slots.size()];
		for (int i = 0; i < values.length; i++) {
			Slot slot = this.slots.get(i);
			values[i] = (slot instanceof Business business) ? given.get(business.position)
					: slot.value(none, context, connection, occasion);
		}
		return values;
	}

	/**
	 * Invokes the method.
	 * @param bean the actor, or its proxy
	 * @param values the values for the method's parameters
	 * @return what it returned
	 * @throws Throwable what it threw
	 */
	@Nullable Object invoke(Object bean, @Nullable Object[] values) throws Throwable {
		try {
			Object result = invocableOn(bean).invoke(bean, values);
			ran();
			return result;
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	@Override
	public String toString() {
		return this.description;
	}

	/**
	 * Returns the method as it is to be invoked on a bean, which may be a proxy.
	 * @param bean the actor, or its proxy
	 * @return the method
	 */
	Method invocableOn(Object bean) {
		Method target = this.invocable;
		if (target == null) {
			target = AopUtils.selectInvocableMethod(this.method, bean.getClass());
			target.setAccessible(true);
			this.invocable = target;
		}
		return target;
	}

	private UserError invalid(int position, String expected, String problem, @Nullable Throwable cause) {
		UserError error = new UserError("invalid_arguments", this.description + " " + problem,
				Map.of("position", position, "expected", expected));
		if (cause != null) {
			error.initCause(cause);
		}
		return error;
	}

	/**
	 * Where the value of one parameter comes from.
	 */
	private interface Slot {

		@Nullable Object value(ArrayNode args, ActorContext context, @Nullable Connection connection, @Nullable Object request);

	}

	/**
	 * A parameter that is bound to an argument.
	 */
	private final class Business implements Slot {

		private final int position;

		private final JavaType type;

		private final ObjectReader reader;

		Business(int position, JavaType type, ObjectReader reader) {
			this.position = position;
			this.type = type;
			this.reader = reader;
		}

		@Override
		public @Nullable Object value(ArrayNode args, ActorContext context, @Nullable Connection connection,
				@Nullable Object request) {
			JsonNode arg = (this.position < args.size()) ? args.get(this.position) : null;
			if (arg == null || arg.isNull()) {
				if (this.type.isPrimitive()) {
					throw mismatch(arg, null);
				}
				return EMPTY.get(this.type.getRawClass());
			}
			try {
				return this.reader.readValue(arg);
			}
			catch (JacksonException ex) {
				throw mismatch(arg, ex);
			}
		}

		/**
		 * Returns the name of a type without packages, which are no business of clients.
		 */
		private static String name(JavaType type) {
			return type.isArrayType() ? name(type.getContentType()) + "[]"
					: type.toCanonical().replaceAll("[\\w.$]+[.$]", "");
		}

		private UserError mismatch(@Nullable JsonNode arg, @Nullable JacksonException cause) {
			String expected = name(this.type);
			String given = (arg != null) ? arg.getNodeType().name().toLowerCase(Locale.ROOT) : "nothing";
			List<Object> path = (cause != null) ? Errors.path(cause) : List.of();
			if (!path.isEmpty()) {
				given = "something else at " + StringUtils.collectionToDelimitedString(path, ".");
			}
			return invalid(this.position, expected,
					"argument %d: expected %s, got %s".formatted(this.position, expected, given), cause);
		}

	}

}
