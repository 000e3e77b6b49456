package dev.rivet.client;

/**
 * A reference to an actor. It is cheap, has no connection, and may be kept and shared.
 */
public interface ActorHandle extends ActorCalls {

	/**
	 * Finds the actor's id, creating the actor if the handle was made by
	 * {@code getOrCreate}.
	 * @return the id
	 * @throws RivetException if there is no such actor
	 */
	String resolve();

	/**
	 * Opens a connection, through which the actor sends events. It opens in the
	 * background; calls made until then wait for it.
	 * @return a new connection, which is the caller's to close
	 */
	ActorConnection connect();

}
