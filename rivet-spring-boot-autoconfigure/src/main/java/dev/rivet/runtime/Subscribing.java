package dev.rivet.runtime;

import java.util.Set;

import dev.rivet.client.RivetException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The turn in which a client subscribes to an event, or wants it no more.
 */
final class Subscribing {

	private static final Log logger = LogFactory.getLog(Subscribing.class);

	/**
	 * How many events a connection may subscribe to, all of which are kept as long as it
	 * is open.
	 */
	private static final int MAX_SUBSCRIPTIONS = 1000;

	private static final int MAX_NAME_LENGTH = 255;

	private final ErrorTranslators errors;

	private final LiveConnection connection;

	private final String event;

	private final boolean subscribe;

	Subscribing(ErrorTranslators errors, LiveConnection connection, String event, boolean subscribe) {
		this.errors = errors;
		this.connection = connection;
		this.event = event;
		this.subscribe = subscribe;
	}

	@Nullable Emission run(Turn turn) throws Throwable {
		if (!this.connection.isOpen()) {
			return null;
		}
		if (!this.subscribe) {
			this.connection.unsubscribe(turn, this.event);
			return null;
		}
		Set<String> subscriptions = this.connection.subscriptions();
		if (this.event.length() > MAX_NAME_LENGTH
				|| (subscriptions.size() >= MAX_SUBSCRIPTIONS && !subscriptions.contains(this.event))) {
			throw Errors.tooManySubscriptions(MAX_SUBSCRIPTIONS, MAX_NAME_LENGTH);
		}
		ActorMethod rule = turn.activation().type().hooks().canSubscribe(this.event);
		if (rule != null && !this.connection.isAllowed(turn, rule, this.event)) {
			throw Errors.forbidden();
		}
		this.connection.subscribe(turn, this.event);
		return new Delivery(this.connection, (to) -> to.subscribed(this.event), (cause) -> refuse(Errors.of(cause)));
	}

	void failed(@Nullable Turn turn, Throwable failure) {
		if (turn != null) {
			RivetException error = this.errors.translateConnecting(failure);
			if (Errors.isInternal(error)) {
				logger.error("A subscription to '%s' of actor %s failed".formatted(this.event, turn.activation().id()),
						failure);
			}
			turn.refuse(new Delivery(this.connection, (to) -> to.refused(this.event, error), (cause) -> refuse(error)));
		}
	}

	private void refuse(RivetException error) {
		this.connection.deliver((to) -> to.refused(this.event, error));
	}

}
