package dev.rivet.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Marks a test of actors alone: the application's actors with an embedded database of
 * their own, a {@link TestClock} that stands still until it is moved, and
 * {@link TestActors} that let actors sleep, wake and crash. No web server is started and
 * no other bean of the application is there; what actors need is to be
 * {@linkplain org.springframework.context.annotation.Import imported} or replaced with
 * {@code @MockitoBean}. The database is H2 in memory if that is on the class path, or
 * else SQLite in a temporary file.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SpringExtension.class)
@BootstrapWith(RivetTestContextBootstrapper.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(ActorTypeExcludeFilter.class)
@ImportAutoConfiguration
public @interface RivetTest {

	/**
	 * Alias for {@link #actors()}.
	 * @return the classes
	 */
	@AliasFor("actors")
	Class<?>[] value() default {};

	/**
	 * The actor classes to test, of those that are found by component scanning.
	 * @return the classes, or none for all
	 */
	@AliasFor("value")
	Class<?>[] actors() default {};

	/**
	 * Properties for the test, such as {@code rivet.sleep-timeout=1s}.
	 * @return the properties
	 */
	String[] properties() default {};

	/**
	 * Whether actors are included at all without {@link #includeFilters()}.
	 * @return whether they are
	 */
	boolean useDefaultFilters() default true;

	/**
	 * What else is included of what component scanning finds.
	 * @return the filters
	 */
	Filter[] includeFilters() default {};

	/**
	 * What is left out of what component scanning finds.
	 * @return the filters
	 */
	Filter[] excludeFilters() default {};

	/**
	 * Auto-configurations that are left out.
	 * @return the classes
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

}
