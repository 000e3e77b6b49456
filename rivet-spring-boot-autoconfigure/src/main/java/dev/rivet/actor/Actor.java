package dev.rivet.actor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * Makes a class an actor. Each living actor is one instance of it, made by the container
 * when the actor wakes: constructor injection and AOP work as on any bean. Fields
 * annotated with {@link State @State} are its persistent state; all other fields last
 * until it sleeps. All its code runs in turns, one at a time, so it needs no locks.
 * <p>
 * An actor class must not be injected anywhere; other code reaches actors through a
 * {@link dev.rivet.client.RivetClient RivetClient}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Component
@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
public @interface Actor {

	/**
	 * Longest actor name in characters, as documented by RivetKit.
	 */
	int MAX_NAME_LENGTH = 64;

	/**
	 * The name that clients use, of letters, digits, {@code -}, {@code _} and {@code .},
	 * at most {@value #MAX_NAME_LENGTH} characters.
	 * @return the name
	 */
	@AliasFor("name")
	String value() default "";

	/**
	 * Alias for {@link #value()}.
	 * @return the name
	 */
	@AliasFor("value")
	String name() default "";

	/**
	 * The name that dashboards show.
	 * @return the display name, or empty for none
	 */
	String displayName() default "";

	/**
	 * The icon that dashboards show, an emoji or the name of a Font Awesome icon.
	 * @return the icon, or empty for none
	 */
	String icon() default "";

	/**
	 * How long a caller waits for an action, such as {@code 5s} or {@code 500ms}. The
	 * property {@code rivet.actors.<name>.action-timeout} goes before it.
	 * @return the timeout, or empty for that of {@code rivet.action-timeout}
	 */
	String actionTimeout() default "";

	/**
	 * How long the actor is idle before it sleeps, such as {@code 5m}. The property
	 * {@code rivet.actors.<name>.sleep-timeout} goes before it.
	 * @return the timeout, or empty for that of {@code rivet.sleep-timeout}
	 */
	String sleepTimeout() default "";

	/**
	 * Whether the actor stays awake however long it is idle. It still sleeps when it asks
	 * for it and when the application stops. The property
	 * {@code rivet.actors.<name>.no-sleep} goes before it.
	 * @return whether it stays awake
	 */
	boolean noSleep() default false;

	/**
	 * How long the actor's {@link Run @Run} method may take to end when the actor sleeps,
	 * such as {@code 5s}. The property {@code rivet.actors.<name>.run-stop-timeout} goes
	 * before it.
	 * @return the timeout, or empty for that of {@code rivet.run-stop-timeout}
	 */
	String runStopTimeout() default "";

	/**
	 * How long the actor's sleep waits for its background work, such as {@code 5s}. The
	 * property {@code rivet.actors.<name>.wait-until-timeout} goes before it.
	 * @return the timeout, or empty for that of {@code rivet.wait-until-timeout}
	 */
	String waitUntilTimeout() default "";

	/**
	 * The most messages that may wait in the actor's queue. The property
	 * {@code rivet.actors.<name>.max-queue-size} goes before it.
	 * @return the number, or 0 for that of {@code rivet.max-queue-size}
	 */
	int maxQueueSize() default 0;

	/**
	 * The largest message in the actor's queue, such as {@code 64KB}. The property
	 * {@code rivet.actors.<name>.max-queue-message-size} goes before it.
	 * @return the size, or empty for that of {@code rivet.max-queue-message-size}
	 */
	String maxQueueMessageSize() default "";

	/**
	 * The most jobs that the actor may have scheduled. The property
	 * {@code rivet.actors.<name>.max-schedules} goes before it.
	 * @return the number, or 0 for that of {@code rivet.max-schedules}
	 */
	int maxSchedules() default 0;

}
