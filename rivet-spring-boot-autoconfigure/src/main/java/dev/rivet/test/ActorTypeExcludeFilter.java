package dev.rivet.test;

import java.io.IOException;
import java.util.Set;

import dev.rivet.actor.Actor;

import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/**
 * The {@link TypeExcludeFilter} of {@link RivetTest @RivetTest}: of what component
 * scanning finds, only actors stay.
 */
final class ActorTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<RivetTest> {

	private final Set<Class<?>> actors;

	ActorTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
		this.actors = Set.of(getAnnotation().getValue("actors", Class[].class).orElse(new Class<?>[0]));
	}

	@Override
	protected boolean defaultInclude(MetadataReader metadataReader, MetadataReaderFactory metadataReaderFactory)
			throws IOException {
		if (super.defaultInclude(metadataReader, metadataReaderFactory)) {
			return true;
		}
		return this.actors.isEmpty() && metadataReader.getAnnotationMetadata().isAnnotated(Actor.class.getName());
	}

	@Override
	protected Set<Class<?>> getComponentIncludes() {
		return this.actors;
	}

}
