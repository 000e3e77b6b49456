package dev.rivet.runtime;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Resolves what an actor class has injected, without making an object of it, so that a
 * missing bean fails at startup.
 */
final class ActorDependencies {

	private final ConfigurableListableBeanFactory beans;

	ActorDependencies(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	/**
	 * Resolves all dependencies.
	 * @param beanName the name of the bean definition
	 * @param actorClass the actor class
	 * @throws org.springframework.beans.factory.UnsatisfiedDependencyException if one
	 * cannot be resolved
	 */
	void check(String beanName, Class<?> actorClass) {
		Constructor<?> constructor = constructor(actorClass);
		if (constructor != null) {
			for (int i = 0; i < constructor.getParameterCount(); i++) {
				MethodParameter parameter = new MethodParameter(constructor, i).withContainingClass(actorClass);
				resolve(new DependencyDescriptor(parameter, true), beanName);
			}
		}
		ReflectionUtils.doWithFields(actorClass, (field) -> resolve(new DependencyDescriptor(field, true), beanName),
				(field) -> isRequired(field) || AnnotatedElementUtils.hasAnnotation(field, Value.class));
	}

	private void resolve(DependencyDescriptor dependency, String beanName) {
		this.beans.resolveDependency(dependency, beanName);
	}

	private static @Nullable Constructor<?> constructor(Class<?> actorClass) {
		Constructor<?>[] constructors = actorClass.getDeclaredConstructors();
		if (constructors.length == 1) {
			return constructors[0];
		}
		return Stream.of(constructors).filter(ActorDependencies::isRequired).findFirst().orElse(null);
	}

	private static boolean isRequired(AnnotatedElement element) {
		Autowired autowired = AnnotatedElementUtils.findMergedAnnotation(element, Autowired.class);
		return autowired != null && autowired.required();
	}

}
