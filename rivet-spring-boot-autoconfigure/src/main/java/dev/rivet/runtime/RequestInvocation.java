package dev.rivet.runtime;

import java.util.Objects;
import java.util.Optional;

import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;

/**
 * A raw request.
 *
 * @param handling calls the actor's method
 */
record RequestInvocation(RequestHandling handling) implements Invocation<Optional<Object>> {

	@Override
	public @Nullable ActorMethod method(ActorType type) {
		return type.onRequest();
	}

	@Override
	public RivetException notFound() {
		return Errors.requestNotDefined();
	}

	@Override
	public @Nullable Object invoke(@Nullable ActorMethod method, Activation activation, LiveConnection connection)
			throws Throwable {
		return this.handling.call(activation.bean(), Objects.requireNonNull(method).invocableOn(activation.bean()),
				activation.context(), connection);
	}

	@Override
	public Optional<Object> answer(@Nullable Object result) {
		return Optional.ofNullable(result);
	}

	@Override
	public String toString() {
		return "A raw request";
	}

}
