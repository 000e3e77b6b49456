package dev.rivet.runtime;

import java.lang.annotation.Annotation;
import java.lang.annotation.ElementType;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.rivet.actor.Action;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MisplacedAnnotations}.
 */
class MisplacedAnnotationsTests {

	@Test
	void everyAnnotationOfAMethodIsKnown() {
		List<Class<? extends Annotation>> onMethods = new ClassFileImporter().importPackages("dev.rivet.actor")
			.stream()
			.filter(JavaClass::isAnnotation)
			.<Class<? extends Annotation>>map((annotation) -> annotation.reflect().asSubclass(Annotation.class))
			.filter(MisplacedAnnotationsTests::isForMethods)
			.toList();
		assertThat(onMethods).contains(Action.class);
		assertThat(MisplacedAnnotations.ON_METHODS).containsAll(onMethods);
	}

	private static boolean isForMethods(Class<? extends Annotation> annotation) {
		Target target = annotation.getAnnotation(Target.class);
		return target != null && Arrays.asList(target.value()).contains(ElementType.METHOD);
	}

}
