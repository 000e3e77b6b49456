package dev.rivet.runtime;

import java.lang.annotation.Annotation;
import java.util.List;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.CanHibernate;
import dev.rivet.actor.CanPublish;
import dev.rivet.actor.CanSubscribe;
import dev.rivet.actor.ConnectionState;
import dev.rivet.actor.Cron;
import dev.rivet.actor.Every;
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
import dev.rivet.actor.Run;
import dev.rivet.actor.State;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds beans of the application that look like actors, but are none. Only classes in the
 * application's own packages are looked at, so that this costs next to nothing.
 */
final class MisplacedAnnotations {

	static final List<Class<? extends Annotation>> ON_METHODS = List.of(Action.class, OnBeforeActionResponse.class,
			OnCreate.class, OnWake.class, Run.class, OnStateChange.class, OnSleep.class, OnDestroy.class,
			OnBeforeConnect.class, ConnectionState.class, OnConnect.class, OnDisconnect.class, CanSubscribe.class,
			CanPublish.class, CanHibernate.class, QueueListener.class, OnRequest.class, OnWebSocket.class, Cron.class,
			Every.class);

	private final ConfigurableListableBeanFactory beans;

	MisplacedAnnotations(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	void check() {
		if (!AutoConfigurationPackages.has(this.beans)) {
			return;
		}
		List<String> packages = AutoConfigurationPackages.get(this.beans);
		for (String beanName : this.beans.getBeanDefinitionNames()) {
			Class<?> type = this.beans.getType(beanName, false);
			if (type != null && packages.stream().anyMatch((name) -> type.getName().startsWith(name + "."))) {
				check(ClassUtils.getUserClass(type));
			}
		}
	}

	private static void check(Class<?> beanClass) {
		if (beanClass.isInterface() || AnnotatedElementUtils.hasAnnotation(beanClass, Actor.class)) {
			return;
		}
		ReflectionUtils.doWithFields(beanClass, (field) -> {
			throw InvalidActorException.notAnActor(beanClass, "has the @State field '" + field.getName() + "'");
		}, (field) -> field.isAnnotationPresent(State.class));
		for (Class<? extends Annotation> annotation : ON_METHODS) {
			ReflectionUtils.doWithMethods(beanClass, (method) -> {
				throw InvalidActorException.notAnActor(beanClass,
						"has the @" + annotation.getSimpleName() + " method '" + method.getName() + "'");
			}, (method) -> AnnotatedElementUtils.hasAnnotation(method, annotation));
		}
	}

}
