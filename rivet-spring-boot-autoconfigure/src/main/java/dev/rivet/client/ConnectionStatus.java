package dev.rivet.client;

/**
 * How an {@link ActorConnection} is.
 */
public enum ConnectionStatus {

	/**
	 * It was closed, or the actor has refused it for good; it will not open again.
	 */
	IDLE,

	/**
	 * It is being opened.
	 */
	CONNECTING,

	/**
	 * It is open.
	 */
	CONNECTED,

	/**
	 * It was lost, or could not be opened, and will be opened again.
	 */
	DISCONNECTED

}
