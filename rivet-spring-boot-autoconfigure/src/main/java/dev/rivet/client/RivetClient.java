package dev.rivet.client;

import java.util.List;

import tools.jackson.databind.ObjectMapper;

import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.Assert;

/**
 * Calls actors from any Spring bean. A call that waits, made in an actor's turn, gives
 * the turn up meanwhile. Arguments and results are copied, so that actors share no
 * objects with their callers.
 */
public interface RivetClient extends AutoCloseable {

	/**
	 * Returns a handle for the actor that has a name and key, created when first called
	 * if there is none.
	 * @param name the actor's name
	 * @param key the actor's key
	 * @param options input and connection parameters
	 * @return the handle
	 */
	ActorHandle getOrCreate(String name, List<String> key, ActorOptions options);

	/**
	 * Returns a handle for the actor that has a name and key. Calls fail with
	 * {@code actor/not_found} if there is none.
	 * @param name the actor's name
	 * @param key the actor's key
	 * @param options connection parameters
	 * @return the handle
	 */
	ActorHandle get(String name, List<String> key, ActorOptions options);

	/**
	 * Creates an actor now.
	 * @param name the actor's name
	 * @param key the actor's key
	 * @param options input and connection parameters
	 * @return a handle for it
	 * @throws RivetException {@code actor/duplicate_key} if there is one already
	 */
	ActorHandle create(String name, List<String> key, ActorOptions options);

	/**
	 * Returns a handle for the actor that has an id. Calls fail with
	 * {@code actor/not_found} if there is none.
	 * @param name the actor's name
	 * @param actorId the actor's id
	 * @param options connection parameters
	 * @return the handle
	 */
	ActorHandle getForId(String name, String actorId, ActorOptions options);

	/**
	 * Returns a handle for the actor that has a name and key, created when first called
	 * if there is none.
	 * @param name the actor's name
	 * @param key the actor's key
	 * @return the handle
	 */
	default ActorHandle getOrCreate(String name, String... key) {
		return getOrCreate(name, List.of(key), ActorOptions.NONE);
	}

	/**
	 * Returns a handle for the actor that has a name and key. Calls fail with
	 * {@code actor/not_found} if there is none.
	 * @param name the actor's name
	 * @param key the actor's key
	 * @return the handle
	 */
	default ActorHandle get(String name, String... key) {
		return get(name, List.of(key), ActorOptions.NONE);
	}

	/**
	 * Creates an actor now.
	 * @param name the actor's name
	 * @param key the actor's key
	 * @return a handle for it
	 * @throws RivetException {@code actor/duplicate_key} if there is one already
	 */
	default ActorHandle create(String name, String... key) {
		return create(name, List.of(key), ActorOptions.NONE);
	}

	/**
	 * Returns a handle for the actor that has an id. Calls fail with
	 * {@code actor/not_found} if there is none.
	 * @param name the actor's name
	 * @param actorId the actor's id
	 * @return the handle
	 */
	default ActorHandle getForId(String name, String actorId) {
		return getForId(name, actorId, ActorOptions.NONE);
	}

	/**
	 * Returns a typed view of the actor that has a key, created when first called if
	 * there is none.
	 * @param <T> the type of the view
	 * @param api an interface annotated with {@link ActorApi @ActorApi}
	 * @param key the actor's key
	 * @return the view
	 */
	default <T> T getOrCreate(Class<T> api, String... key) {
		return getOrCreate(nameOf(api), key).as(api);
	}

	/**
	 * Returns a typed view of the actor that has a key, created when first called if
	 * there is none.
	 * @param <T> the type of the view
	 * @param api an interface annotated with {@link ActorApi @ActorApi}
	 * @param key the actor's key
	 * @param options input and connection parameters
	 * @return the view
	 */
	default <T> T getOrCreate(Class<T> api, List<String> key, ActorOptions options) {
		return getOrCreate(nameOf(api), key, options).as(api);
	}

	/**
	 * Returns a typed view of the actor that has a key. Calls fail with
	 * {@code actor/not_found} if there is none.
	 * @param <T> the type of the view
	 * @param api an interface annotated with {@link ActorApi @ActorApi}
	 * @param key the actor's key
	 * @return the view
	 */
	default <T> T get(Class<T> api, String... key) {
		return get(nameOf(api), key).as(api);
	}

	/**
	 * Returns a typed view of the actor that has a key. Calls fail with
	 * {@code actor/not_found} if there is none.
	 * @param <T> the type of the view
	 * @param api an interface annotated with {@link ActorApi @ActorApi}
	 * @param key the actor's key
	 * @param options connection parameters
	 * @return the view
	 */
	default <T> T get(Class<T> api, List<String> key, ActorOptions options) {
		return get(nameOf(api), key, options).as(api);
	}

	/**
	 * Creates an actor now.
	 * @param <T> the type of the view
	 * @param api an interface annotated with {@link ActorApi @ActorApi}
	 * @param key the actor's key
	 * @return a typed view of it
	 * @throws RivetException {@code actor/duplicate_key} if there is one already
	 */
	default <T> T create(Class<T> api, String... key) {
		return create(nameOf(api), key).as(api);
	}

	/**
	 * Creates an actor now.
	 * @param <T> the type of the view
	 * @param api an interface annotated with {@link ActorApi @ActorApi}
	 * @param key the actor's key
	 * @param options input and connection parameters
	 * @return a typed view of it
	 * @throws RivetException {@code actor/duplicate_key} if there is one already
	 */
	default <T> T create(Class<T> api, List<String> key, ActorOptions options) {
		return create(nameOf(api), key, options).as(api);
	}

	/**
	 * Returns a typed view of the actor that has an id. Calls fail with
	 * {@code actor/not_found} if there is none.
	 * @param <T> the type of the view
	 * @param api an interface annotated with {@link ActorApi @ActorApi}
	 * @param actorId the actor's id
	 * @return the view
	 */
	default <T> T getForId(Class<T> api, String actorId) {
		return getForId(nameOf(api), actorId).as(api);
	}

	/**
	 * Closes the connections that were opened through this client, and what it holds
	 * itself. That of the application is closed by Spring.
	 */
	@Override
	void close();

	/**
	 * Returns a client that reaches actors through a transport.
	 * @param transport the way to the actors
	 * @param mapper what turns values into trees and back
	 * @return the client
	 */
	static RivetClient over(ActorTransport transport, ObjectMapper mapper) {
		return new TransportRivetClient(transport, mapper);
	}

	private static String nameOf(Class<?> api) {
		ActorApi annotation = AnnotationUtils.findAnnotation(api, ActorApi.class);
		Assert.notNull(annotation, () -> "Interface " + api.getName() + " must be annotated with @ActorApi");
		return annotation.value();
	}

}
