package dev.rivet.autoconfigure;

import java.util.stream.StreamSupport;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonValue;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.VisibilityChecker;

/**
 * What Jackson sees of state: what an object holds is in its fields, whether or not
 * others may see them, unless it says itself what its value is.
 */
final class StateVisibility extends JacksonAnnotationIntrospector {

	@Override
	public VisibilityChecker findAutoDetectVisibility(MapperConfig<?> config, AnnotatedClass type,
			VisibilityChecker checker) {
		boolean value = StreamSupport.stream(type.memberMethods().spliterator(), false)
			.anyMatch((method) -> method.hasAnnotation(JsonValue.class));
		return super.findAutoDetectVisibility(config, type,
				value ? checker : checker.withFieldVisibility(Visibility.ANY));
	}

}
