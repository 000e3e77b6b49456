package dev.rivet.runtime;

import dev.rivet.actor.Actor;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * Lets the container make the objects of actors, and nobody else: an actor class that is
 * injected somewhere would be an object without an actor.
 */
public final class ActorInstances
		implements InstantiationAwareBeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton {

	private final ThreadLocal<@Nullable String> making = new ThreadLocal<>();

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		ActorDependencies dependencies = new ActorDependencies(beanFactory());
		for (String beanName : beanFactory().getBeanNamesForAnnotation(Actor.class)) {
			Class<?> type = beanFactory().getType(beanName, false);
			if (type != null) {
				dependencies.check(beanName, ClassUtils.getUserClass(type));
			}
		}
	}

	@Override
	public @Nullable Object postProcessBeforeInstantiation(Class<?> beanClass, String beanName) {
		if (!beanName.equals(this.making.get()) && AnnotatedElementUtils.hasAnnotation(beanClass, Actor.class)) {
			if (!beanFactory().isPrototype(beanName)) {
				throw ActorTypeReader.wrongScope(beanClass);
			}
			throw new InvalidActorException(beanClass, "is injected as a bean, or asked for in the application context",
					"Reach actors through a RivetClient, such as "
							+ "'rivetClient.getOrCreate(\"name\", \"key\")', and move what other beans share into a bean of "
							+ "its own.");
		}
		return null;
	}

	Object make(ActorType type) {
		this.making.set(type.beanName());
		try {
			return beanFactory().getBean(type.beanName());
		}
		finally {
			this.making.remove();
		}
	}

	static Object target(Object bean) {
		Object target = bean;
		for (Object inner = bean; inner != null; inner = AopProxyUtils.getSingletonTarget(inner)) {
			target = inner;
		}
		return target;
	}

	void destroy(ActorType type, Object bean) {
		beanFactory().destroyBean(type.beanName(), target(bean));
	}

	private ConfigurableListableBeanFactory beanFactory() {
		ConfigurableListableBeanFactory factory = this.beanFactory;
		if (factory == null) {
			throw new IllegalStateException("No bean factory has been set");
		}
		return factory;
	}

}
