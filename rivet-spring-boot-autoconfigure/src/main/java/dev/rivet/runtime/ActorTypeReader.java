package dev.rivet.runtime;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.ActorWebSocket;
import dev.rivet.actor.CanHibernate;
import dev.rivet.actor.CanPublish;
import dev.rivet.actor.CanSubscribe;
import dev.rivet.actor.Connection;
import dev.rivet.actor.ConnectionState;
import dev.rivet.actor.Cron;
import dev.rivet.actor.Every;
import dev.rivet.actor.FireInfo;
import dev.rivet.actor.OnBeforeActionResponse;
import dev.rivet.actor.OnBeforeConnect;
import dev.rivet.actor.OnConnect;
import dev.rivet.actor.OnCreate;
import dev.rivet.actor.OnDestroy;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.OnRequest;
import dev.rivet.actor.OnSleep;
import dev.rivet.actor.OnStateChange;
import dev.rivet.actor.OnWake;
import dev.rivet.actor.OnWebSocket;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.QueueMessage;
import dev.rivet.actor.Run;
import dev.rivet.actor.Schedule;
import dev.rivet.actor.State;
import dev.rivet.actor.StateChange;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;

import org.springframework.aop.Advisor;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.ProxyConfig;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.event.EventListener;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Reads the actor classes among the beans, and refuses what could only fail later.
 */
final class ActorTypeReader {

	private static final Log logger = LogFactory.getLog(ActorTypeReader.class);

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1," + Actor.MAX_NAME_LENGTH + "}");

	/**
	 * Parameters from here are things that the container or the runtime has, never what a
	 * client sends.
	 */
	private static final List<String> NOT_SENT_BY_CLIENTS = List.of("org.springframework.", "jakarta.",
			"dev.rivet.actor.", "dev.rivet.client.", "java.lang.reflect.", "java.util.concurrent.",
			"java.util.function.", "java.sql.", "javax.sql.", "java.io.", "java.security.", "java.lang.Thread",
			"java.time.Clock", "tools.jackson.databind.ObjectMapper", "tools.jackson.databind.json.", "org.slf4j.");

	/**
	 * Those that run for somebody who connects or is connected.
	 */
	private static final Set<String> MAY_TAKE_REQUEST = Stream
		.of(ConnectionState.class, OnBeforeConnect.class, OnConnect.class, OnDisconnect.class, CanSubscribe.class,
				CanPublish.class, OnWebSocket.class, CanHibernate.class)
		.map((annotation) -> "@" + annotation.getSimpleName())
		.collect(Collectors.toUnmodifiableSet());

	private final ConfigurableListableBeanFactory beans;

	private final ObjectMapper wire;

	private final ObjectMapper stored;

	private final RuntimeSettings settings;

	private final @Nullable PayloadValidator validator;

	ActorTypeReader(ConfigurableListableBeanFactory beans, ObjectMapper wire, ObjectMapper stored,
			RuntimeSettings settings) {
		this.beans = beans;
		this.wire = wire;
		this.stored = stored;
		this.settings = settings;
		this.validator = beans.getBeanProvider(PayloadValidator.class).getIfAvailable();
	}

	private static void requireKnown(Set<String> names, Set<String> known) {
		for (String name : names) {
			if (known.stream().noneMatch((each) -> isNamed(each, name))) {
				throw new UnknownActorNameException(name, known);
			}
		}
	}

	ActorTypes read() {
		Map<String, ActorType> types = new HashMap<>();
		for (String beanName : this.beans.getBeanNamesForAnnotation(Actor.class)) {
			ActorType type = read(beanName);
			ActorType other = types.put(type.name(), type);
			if (other != null) {
				throw new InvalidActorException(type.actorClass(),
						"has the name '" + type.name() + "' of " + other.actorClass().getName(),
						"Give one of them another name in its @Actor annotation.");
			}
		}
		if (this.settings.failOnUnknownActors()) {
			requireKnown(this.settings.actors().keySet(), types.keySet());
		}
		new MisplacedAnnotations(this.beans).check();
		ActorTypes read = new ActorTypes(types, Objects.requireNonNull(this.settings.defaults().actionTimeout()));
		logger.info(types.isEmpty() ? "No actors found" : "Actors: " + read);
		return read;
	}

	/**
	 * Returns whether a property is meant for an actor, whose name environment variables
	 * cannot spell.
	 */
	private static boolean isNamed(String actor, String property) {
		return actor.equals(property) || uniform(actor).equals(property);
	}

	private static String uniform(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
	}

	private ActorType read(String beanName) {
		Class<?> actorClass = ClassUtils.getUserClass(Objects.requireNonNull(this.beans.getType(beanName, false)));
		Actor annotation = Objects.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(actorClass, Actor.class));
		String name = StringUtils.hasText(annotation.name()) ? annotation.name()
				: StringUtils.uncapitalize(actorClass.getSimpleName());
		checkClass(beanName, actorClass, name);
		checkStateFields(actorClass);
		Map<String, ActorMethod> actions = actions(actorClass);
		return new ActorType(name, beanName, actorClass, annotation, actions, declaredJobs(actorClass, actions),
				lifecycle(actorClass), hooks(actorClass), onRequest(actorClass), onWebSocket(actorClass),
				new DeclaredEvents(actorClass, this.wire, this.validator), queues(actorClass),
				new StateFields(name, actorClass, this.stored), options(actorClass, name, annotation));
	}

	private void checkClass(String beanName, Class<?> actorClass, String name) {
		if (!NAME.matcher(name).matches()) {
			throw new InvalidActorException(actorClass, "has the name '" + name + "'",
					"Use 1 to " + Actor.MAX_NAME_LENGTH + " letters, digits, '-', '_' or '.'.");
		}
		if (Modifier.isAbstract(actorClass.getModifiers())) {
			throw new InvalidActorException(actorClass, "is abstract", "Put @Actor on the classes that extend it.");
		}
		if (!this.beans.isPrototype(beanName)) {
			throw wrongScope(actorClass);
		}
		if (Modifier.isFinal(actorClass.getModifiers()) && needsSubclass(actorClass)) {
			throw new InvalidActorException(actorClass,
					"is final, and has methods that only a proxy of a subclass can make transactional or secured",
					"Remove 'final'; in Kotlin, write 'open' or use its compiler plugin for Spring.");
		}
		if (AnnotatedElementUtils.hasAnnotation(actorClass, Async.class)) {
			throw misused(actorClass, "@Async", "Return a CompletionStage from an action instead.");
		}
		for (Method method : annotated(actorClass, EventListener.class)) {
			throw misused(actorClass, "@EventListener on " + method.getName() + "()",
					"Let another bean listen and call the actor through a RivetClient.");
		}
		for (Method method : annotated(actorClass, Scheduled.class)) {
			throw misused(actorClass, "@Scheduled on " + method.getName() + "()",
					"Let another bean be scheduled and call the actor through a RivetClient.");
		}
		for (Method method : annotated(actorClass, Async.class)) {
			throw misused(actorClass, "@Async on " + method.getName() + "()",
					"Return a CompletionStage from the action instead.");
		}
	}

	private boolean needsSubclass(Class<?> actorClass) {
		String creator = AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME;
		return this.beans.containsBean(creator)
				&& (this.beans.getBean(creator, ProxyConfig.class).isProxyTargetClass()
						|| ClassUtils.getAllInterfacesForClass(actorClass).length == 0)
				&& !AopUtils
					.findAdvisorsThatCanApply(
							List.copyOf(this.beans.getBeansOfType(Advisor.class, true, false).values()), actorClass)
					.isEmpty();
	}

	static InvalidActorException wrongScope(Class<?> actorClass) {
		return new InvalidActorException(actorClass, "is defined with another scope than 'prototype'",
				"Leave the scope to @Actor, or add @Scope(\"prototype\") to its @Bean method.");
	}

	private static InvalidActorException misused(Class<?> actorClass, String what, String action) {
		return new InvalidActorException(actorClass, "uses " + what + ", which would not run in a turn", action);
	}

	private static Set<Method> annotated(Class<?> actorClass, Class<? extends Annotation> annotation) {
		return MethodIntrospector.selectMethods(actorClass,
				(ReflectionUtils.MethodFilter) (method) -> AnnotatedElementUtils.hasAnnotation(method, annotation));
	}

	private static void checkStateFields(Class<?> actorClass) {
		Set<String> names = new HashSet<>();
		ReflectionUtils.doWithFields(actorClass, (field) -> {
			String name = "@State field '" + field.getName() + "'";
			if (Modifier.isStatic(field.getModifiers())) {
				throw new InvalidActorException(actorClass, "has the static " + name,
						"Remove 'static': each actor has a state of its own.");
			}
			if (!names.add(field.getName())) {
				throw new InvalidActorException(actorClass, "has two fields for the " + name,
						"Rename the one in the superclass or the one in the subclass.");
			}
		}, (field) -> field.isAnnotationPresent(State.class));
	}

	private Map<String, ActorMethod> actions(Class<?> actorClass) {
		Map<String, ActorMethod> actions = new LinkedHashMap<>();
		for (Method method : annotated(actorClass, Action.class)) {
			Action annotation = Objects
				.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(method, Action.class));
			String name = StringUtils.hasText(annotation.name()) ? annotation.name() : method.getName();
			checkMethod(actorClass, method, "@Action");
			ActorMethod action = new ActorMethod("Action '" + name + "'", method, actorClass, this.wire);
			if (action.needs(FireInfo.class)) {
				throw new InvalidActorException(actorClass,
						"has the @Action method '" + method.getName() + "' with a FireInfo that must be there",
						"There is none when a client calls: annotate the parameter with @Nullable.");
			}
			ActorMethod other = actions.put(name, action);
			if (other != null) {
				boolean overloaded = other.method().getName().equals(method.getName());
				throw new InvalidActorException(actorClass,
						overloaded ? "has two @Action methods called '" + method.getName() + "'"
								: "has two actions called '" + name + "'",
						"Clients call actions by name alone: give one of them another name with @Action(\"...\").");
			}
		}
		return Map.copyOf(actions);
	}

	private @Nullable ActorMethod onCreate(Class<?> actorClass) {
		Method method = onlyMethod(actorClass, OnCreate.class);
		if (method == null) {
			return null;
		}
		checkMethod(actorClass, method, "@OnCreate");
		ActorMethod onCreate = new ActorMethod("Creation of an actor", method, actorClass, this.wire);
		if (onCreate.transactionName() != null) {
			throw new InvalidActorException(actorClass,
					"has the @Transactional @OnCreate method '" + method.getName()
							+ "', whose transaction the state would not be part of",
					"Put @Transactional on actions, or on a method of another bean that @OnCreate calls.");
		}
		if (onCreate.businessParameters() > 1) {
			throw new InvalidActorException(actorClass,
					"has an @OnCreate method with " + onCreate.businessParameters() + " parameters for the input",
					"There is one input: declare one parameter, such as a record.");
		}
		for (Class<?> parameter : method.getParameterTypes()) {
			if (parameter == Connection.class) {
				throw new InvalidActorException(actorClass, "has an @OnCreate method with a Connection",
						"Nobody is connected yet when an actor is created: remove the parameter.");
			}
		}
		return onCreate;
	}

	private List<DeclaredJob> declaredJobs(Class<?> actorClass, Map<String, ActorMethod> actions) {
		List<DeclaredJob> jobs = new ArrayList<>();
		Set<Method> scheduled = new LinkedHashSet<>(annotated(actorClass, Cron.class));
		scheduled.addAll(annotated(actorClass, Every.class));
		for (Method method : scheduled) {
			String action = actions.entrySet()
				.stream()
				.filter((entry) -> entry.getValue().method().equals(method))
				.map(Map.Entry::getKey)
				.findFirst()
				.orElseThrow(() -> new InvalidActorException(actorClass,
						"has the scheduled method '" + method.getName() + "', which is no action",
						"Annotate it with @Action, too."));
			if (Objects.requireNonNull(actions.get(action)).needsConnection()) {
				throw new InvalidActorException(actorClass,
						"has the scheduled action '" + action + "' with a Connection",
						"Nobody is connected when it runs: annotate the parameter with @Nullable, or remove it.");
			}
			if (Objects.requireNonNull(actions.get(action)).businessParameters() > 0) {
				throw new InvalidActorException(actorClass,
						"has the scheduled action '" + action + "' with parameters that nobody gives a value to",
						"Remove them, or schedule the action through ActorContext.schedule().");
			}
			jobs.add(declaredJob(actorClass, method, action));
		}
		return List.copyOf(jobs);
	}

	private static DeclaredJob declaredJob(Class<?> actorClass, Method method, String action) {
		Cron cron = AnnotatedElementUtils.findMergedAnnotation(method, Cron.class);
		Every every = AnnotatedElementUtils.findMergedAnnotation(method, Every.class);
		if (cron != null && every != null) {
			throw new InvalidActorException(actorClass, "has both @Cron and @Every on '" + action + "'",
					"Keep one of them; further times can be scheduled with ActorContext.schedule().");
		}
		if (every != null) {
			Duration interval = duration(actorClass, "interval of action '" + action + "'", "@Every value",
					every.value());
			if (interval == null || interval.compareTo(Schedule.MIN_INTERVAL) < 0) {
				throw new InvalidActorException(actorClass,
						"has the interval '" + every.value() + "' on action '" + action + "'",
						"Write a duration of at least 5 seconds, as in @Every(\"30s\").");
			}
			return new DeclaredJob(action, null, null, interval.truncatedTo(ChronoUnit.MILLIS));
		}
		Objects.requireNonNull(cron);
		String expression = Schedules.parse(cron.value());
		if (expression == null) {
			throw new InvalidActorException(actorClass,
					"has the cron expression '" + cron.value() + "' on action '" + action + "', which is none",
					"Write five or six fields, as in @Cron(\"0 3 * * *\").");
		}
		try {
			ZoneId zone = cron.zone().isEmpty() ? ZoneOffset.UTC : ZoneId.of(cron.zone());
			return new DeclaredJob(action, expression, zone, null);
		}
		catch (DateTimeException ex) {
			throw new InvalidActorException(actorClass,
					"has the time zone '" + cron.zone() + "' on action '" + action + "', which is none",
					"Write it as in 'zone = \"Europe/Berlin\"'.");
		}
	}

	private LifecycleHooks lifecycle(Class<?> actorClass) {
		ActorMethod beforeResponse = lifecycle(actorClass, OnBeforeActionResponse.class, String.class, Object.class);
		return new LifecycleHooks(onCreate(actorClass), lifecycle(actorClass, OnWake.class),
				lifecycle(actorClass, OnSleep.class), lifecycle(actorClass, OnDestroy.class),
				lifecycle(actorClass, OnStateChange.class), beforeResponse, lifecycle(actorClass, Run.class));
	}

	private @Nullable ActorMethod lifecycle(Class<?> actorClass, Class<? extends Annotation> annotation,
			Class<?>... arguments) {
		Method method = onlyMethod(actorClass, annotation);
		if (method == null) {
			return null;
		}
		ActorMethod hook = hook(actorClass, method, annotation, arguments.length);
		boolean called = arguments.length > 0;
		for (Class<?> parameter : method.getParameterTypes()) {
			if ((parameter == Connection.class && !called)
					|| (parameter == StateChange.class && annotation != OnStateChange.class)) {
				throw new InvalidActorException(actorClass,
						"has a @%s method with a %s".formatted(annotation.getSimpleName(), parameter.getSimpleName()),
						"There is none when the method runs: remove the parameter.");
			}
		}
		for (int i = 0; i < hook.businessParameters(); i++) {
			if (!hook.businessType(i).isAssignableFrom(arguments[i])) {
				throw new InvalidActorException(actorClass,
						"has a @%s method with a parameter of type %s".formatted(annotation.getSimpleName(),
								hook.businessType(i).getName()),
						"Declare a " + arguments[i].getSimpleName() + " there.");
			}
		}
		return hook;
	}

	private ConnectionHooks hooks(Class<?> actorClass) {
		Map<String, ActorMethod> canSubscribe = rules(actorClass, CanSubscribe.class, "event",
				(method) -> Objects
					.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(method, CanSubscribe.class))
					.value());
		ActorMethod state = hook(actorClass, ConnectionState.class);
		if (state != null && state.method().getReturnType() == void.class) {
			throw new InvalidActorException(actorClass,
					"has the @ConnectionState method '" + state.method().getName() + "', which returns nothing",
					"Return the state that a new connection begins with.");
		}
		return new ConnectionHooks(hook(actorClass, OnBeforeConnect.class), state, hook(actorClass, OnConnect.class),
				hook(actorClass, OnDisconnect.class), Map.copyOf(canSubscribe), canHibernate(actorClass));
	}

	private @Nullable ActorMethod canHibernate(Class<?> actorClass) {
		ActorMethod rule = hook(actorClass, CanHibernate.class);
		if (rule == null) {
			return null;
		}
		String method = "@CanHibernate method '" + rule.method().getName() + "'";
		requireBoolean(actorClass, rule.method(), method, "Return whether the socket may stay open.");
		Method handler = onlyMethod(actorClass, OnWebSocket.class);
		if (handler == null) {
			throw new InvalidActorException(actorClass, "has the " + method + ", but no @OnWebSocket method",
					"Remove it: all other connections stay open while the actor sleeps.");
		}
		if (handler.getAnnotation(OnWebSocket.class).hibernatable()) {
			throw new InvalidActorException(actorClass,
					"has the " + method + " beside @OnWebSocket(hibernatable = true)", "Keep one of them.");
		}
		return rule;
	}

	private static void requireBoolean(Class<?> actorClass, Method method, String description, String action) {
		if (method.getReturnType() != boolean.class) {
			throw new InvalidActorException(actorClass, "has the " + description + ", which returns no boolean",
					action);
		}
	}

	private DeclaredQueues queues(Class<?> actorClass) {
		Map<String, ListenedQueue> listened = new HashMap<>();
		for (Method method : annotated(actorClass, QueueListener.class)) {
			QueueListener annotation = Objects
				.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(method, QueueListener.class));
			ActorMethod listener = hook(actorClass, method, QueueListener.class, "the message");
			Duration backoff = duration(actorClass, "backoff of a queue listener", "backoff", annotation.backoff());
			if (annotation.attempts() < 1 || backoff == null) {
				throw new InvalidActorException(actorClass,
						"has the @QueueListener method '" + method.getName() + "' without attempts or backoff",
						"Let it try at least once, with a backoff such as \"1s\".");
			}
			if (listener.needsConnection()) {
				throw new InvalidActorException(actorClass,
						"has the @QueueListener method '" + method.getName() + "' with a Connection",
						"Nobody is connected when a message is handled: remove the parameter, or annotate it with "
								+ "@Nullable.");
			}
			if (listened.put(annotation.value(), ListenedQueue.of(listener, annotation, backoff)) != null) {
				throw new InvalidActorException(actorClass,
						"has two @QueueListener methods for '" + annotation.value() + "'", "Keep one of them.");
			}
		}
		return new DeclaredQueues(actorClass, this.wire, this.validator, listened,
				rules(actorClass, CanPublish.class, "queue",
						(method) -> Objects
							.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(method, CanPublish.class))
							.value()));
	}

	/**
	 * Reads the methods that decide what clients may do, by the name of what that is; the
	 * empty name stands for all others.
	 */
	private Map<String, ActorMethod> rules(Class<?> actorClass, Class<? extends Annotation> annotation, String what,
			Function<Method, String[]> names) {
		Map<String, ActorMethod> rules = new HashMap<>();
		String name = "@" + annotation.getSimpleName();
		for (Method method : annotated(actorClass, annotation)) {
			requireBoolean(actorClass, method, name + " method '" + method.getName() + "'",
					"Return whether the connection may.");
			ActorMethod rule = hook(actorClass, method, annotation, "the name of the " + what);
			String[] given = names.apply(method);
			for (String each : (given.length > 0) ? given : new String[] { "" }) {
				if (rules.put(each, rule) != null) {
					throw new InvalidActorException(actorClass, "has two %s methods for %s".formatted(name,
							each.isEmpty() ? "all " + what + "s" : "'" + each + "'"), "Keep one of them.");
				}
			}
		}
		return rules;
	}

	private @Nullable ActorMethod onRequest(Class<?> actorClass) {
		Method method = onlyMethod(actorClass, OnRequest.class);
		if (method == null) {
			return null;
		}
		checkModifiers(actorClass, method, "@OnRequest");
		return new ActorMethod("@OnRequest method '" + method.getName() + "'", method, actorClass, this.wire);
	}

	private @Nullable ActorMethod onWebSocket(Class<?> actorClass) {
		Method method = onlyMethod(actorClass, OnWebSocket.class);
		if (method == null) {
			return null;
		}
		ActorMethod handler = hook(actorClass, method, OnWebSocket.class, "the connection's parameters");
		if (!List.of(method.getParameterTypes()).contains(ActorWebSocket.class)) {
			throw new InvalidActorException(actorClass,
					"has the @OnWebSocket method '" + method.getName() + "' without an ActorWebSocket",
					"Declare an ActorWebSocket parameter: it is what messages come from and go to.");
		}
		return handler;
	}

	private @Nullable ActorMethod hook(Class<?> actorClass, Class<? extends Annotation> annotation) {
		Method method = onlyMethod(actorClass, annotation);
		return (method != null) ? hook(actorClass, method, annotation, "the connection's parameters") : null;
	}

	private ActorMethod hook(Class<?> actorClass, Method method, Class<? extends Annotation> annotation,
			String argument) {
		ActorMethod hook = hook(actorClass, method, annotation, Integer.MAX_VALUE);
		if (hook.businessParameters() > 1) {
			throw new InvalidActorException(
					actorClass, "has the @%s method '%s' with %d parameters for %s"
						.formatted(annotation.getSimpleName(), method.getName(), hook.businessParameters(), argument),
					"Declare one parameter for it.");
		}
		return hook;
	}

	private ActorMethod hook(Class<?> actorClass, Method method, Class<? extends Annotation> annotation,
			int arguments) {
		String name = "@" + annotation.getSimpleName();
		checkMethod(actorClass, method, name);
		ActorMethod hook = new ActorMethod(name + " method '" + method.getName() + "'", method, actorClass, this.wire);
		if (hook.businessParameters() > arguments) {
			throw new InvalidActorException(actorClass,
					"has the %s method '%s' with %d parameters that nobody gives a value to".formatted(name,
							method.getName(), hook.businessParameters()),
					"Inject beans through the constructor; the method may declare an ActorContext.");
		}
		if (hook.transactionName() != null) {
			throw new InvalidActorException(actorClass,
					"has the transactional %s method '%s'".formatted(name, method.getName()),
					"Call a bean with a @Transactional method instead: state is written when the method has returned.");
		}
		return hook;
	}

	private static @Nullable Method onlyMethod(Class<?> actorClass, Class<? extends Annotation> annotation) {
		Set<Method> methods = annotated(actorClass, annotation);
		if (methods.size() > 1) {
			throw new InvalidActorException(actorClass, "has more than one @" + annotation.getSimpleName() + " method",
					"Keep one, and let it call the others.");
		}
		return methods.isEmpty() ? null : methods.iterator().next();
	}

	private static void checkModifiers(Class<?> actorClass, Method method, String annotation) {
		for (int modifier : new int[] { Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL }) {
			if ((method.getModifiers() & modifier) != 0) {
				throw new InvalidActorException(actorClass,
						"has the %s %s method '%s'".formatted(Modifier.toString(modifier), annotation,
								method.getName()),
						"Remove '" + Modifier.toString(modifier) + "': a proxy could not pass the call on.");
			}
		}
		boolean packagePrivate = (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) == 0;
		if (packagePrivate && !method.getDeclaringClass().getPackageName().equals(actorClass.getPackageName())) {
			throw new InvalidActorException(actorClass,
					"has the package-private %s method '%s' of another package".formatted(annotation, method.getName()),
					"Make it protected or public: a proxy could not pass the call on.");
		}
	}

	private static void checkMethod(Class<?> actorClass, Method method, String annotation) {
		checkModifiers(actorClass, method, annotation);
		for (Class<?> parameter : method.getParameterTypes()) {
			boolean known = parameter == ActorContext.class || parameter == Connection.class
					|| (parameter == ActorWebSocket.class && annotation.equals("@OnWebSocket"))
					|| (parameter == StateChange.class && annotation.equals("@OnStateChange"))
					|| (parameter == QueueMessage.class && annotation.equals("@QueueListener"))
					|| (parameter == FireInfo.class && annotation.equals("@Action"))
					|| (parameter.getName().equals(ActorMethod.REQUEST) && MAY_TAKE_REQUEST.contains(annotation));
			if (!known && (NOT_SENT_BY_CLIENTS.stream().anyMatch(parameter.getName()::startsWith)
					|| AnnotatedElementUtils.hasAnnotation(parameter, Component.class))) {
				throw new InvalidActorException(actorClass,
						"has the %s method '%s' with a parameter of type %s, which no client can send"
							.formatted(annotation, method.getName(), parameter.getName()),
						"Inject beans through the constructor. Besides arguments, methods may declare ActorContext and "
								+ "Connection.");
			}
		}
	}

	private ActorOptions options(Class<?> actorClass, String name, Actor annotation) {
		ActorSettings declared = new ActorSettings(
				duration(actorClass, "action timeout", "actionTimeout", annotation.actionTimeout()),
				duration(actorClass, "sleep timeout", "sleepTimeout", annotation.sleepTimeout()),
				annotation.noSleep() ? true : null,
				duration(actorClass, "stop timeout of its run loop", "runStopTimeout", annotation.runStopTimeout()),
				duration(actorClass, "timeout of its background work", "waitUntilTimeout",
						annotation.waitUntilTimeout()),
				(annotation.maxQueueSize() > 0) ? annotation.maxQueueSize() : null,
				bytes(actorClass, annotation.maxQueueMessageSize()),
				(annotation.maxSchedules() > 0) ? annotation.maxSchedules() : null);
		return configured(name, configured(uniform(name), declared)).or(this.settings.defaults()).complete();
	}

	private ActorSettings configured(String spelling, ActorSettings otherwise) {
		ActorSettings configured = this.settings.actors().get(spelling);
		return (configured != null) ? configured.or(otherwise) : otherwise;
	}

	private static @Nullable Long bytes(Class<?> actorClass, String value) {
		if (!StringUtils.hasText(value)) {
			return null;
		}
		try {
			long bytes = DataSize.parse(value).toBytes();
			Assert.isTrue(bytes > 0, "A size must be positive");
			return bytes;
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidActorException(actorClass,
					"has the size of messages '" + value + "', which is no positive size",
					"Write it as in 'maxQueueMessageSize = \"64KB\"'.");
		}
	}

	private static @Nullable Duration duration(Class<?> actorClass, String description, String attribute,
			String value) {
		if (!StringUtils.hasText(value)) {
			return null;
		}
		try {
			Duration duration = DurationStyle.detectAndParse(value);
			Assert.isTrue(duration.compareTo(Duration.ZERO) > 0, "A timeout must be positive");
			return duration;
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidActorException(actorClass,
					"has the " + description + " '" + value + "', which is no positive duration",
					"Write it as in '" + attribute + " = \"5s\"'.");
		}
	}

}
