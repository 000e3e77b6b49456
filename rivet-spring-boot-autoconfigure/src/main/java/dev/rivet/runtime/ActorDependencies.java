package dev.rivet.runtime;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.beans.factory.support.RootBeanDefinition;
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
	 * Resolves all dependencies. All singletons have to be there already: some of them
	 * may need the runtime, which is one itself.
	 * @param beanName the name of the bean definition
	 * @param actorClass the actor class
	 * @throws UnsatisfiedDependencyException if one cannot be resolved
	 */
	void check(String beanName, Class<?> actorClass) {
		Executable maker = maker(beanName, actorClass);
		if (maker != null) {
			resolveParameters(maker, actorClass, beanName, true);
		}
		ReflectionUtils.doWithFields(actorClass,
				(field) -> resolve(new DependencyDescriptor(field, true), beanName, false),
				(field) -> isRequired(field) || AnnotatedElementUtils.hasAnnotation(field, Value.class));
		ReflectionUtils.doWithMethods(actorClass, (method) -> resolveParameters(method, actorClass, beanName, false),
				ActorDependencies::isRequired);
	}

	private void resolveParameters(Executable executable, Class<?> actorClass, String beanName, boolean orEmpty) {
		for (int i = 0; i < executable.getParameterCount(); i++) {
			MethodParameter parameter = MethodParameter.forExecutable(executable, i);
			if (!(executable instanceof Method method) || method.getDeclaringClass().isAssignableFrom(actorClass)) {
				parameter = parameter.withContainingClass(actorClass);
			}
			resolve(new DependencyDescriptor(parameter, true), beanName, orEmpty);
		}
	}

	private void resolve(DependencyDescriptor dependency, String beanName, boolean orEmpty) {
		try {
			this.beans.resolveDependency(dependency, beanName);
		}
		catch (NoSuchBeanDefinitionException ex) {
			boolean many = dependency.getDependencyType().isArray()
					|| Collection.class.isAssignableFrom(dependency.getDependencyType())
					|| Map.class.isAssignableFrom(dependency.getDependencyType());
			if (!orEmpty || !many || ex instanceof NoUniqueBeanDefinitionException) {
				throw unsatisfied(dependency, beanName, ex);
			}
		}
		catch (BeansException ex) {
			throw unsatisfied(dependency, beanName, ex);
		}
	}

	private static UnsatisfiedDependencyException unsatisfied(InjectionPoint dependency, String beanName,
			BeansException cause) {
		return new UnsatisfiedDependencyException(null, beanName, dependency, cause);
	}

	private @Nullable Executable maker(String beanName, Class<?> actorClass) {
		if (this.beans.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition
				&& definition.getFactoryMethodName() != null) {
			return definition.getResolvedFactoryMethod();
		}
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
