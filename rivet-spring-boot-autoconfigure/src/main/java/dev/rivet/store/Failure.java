package dev.rivet.store;

/**
 * What a failure of the database says about the statement that met it.
 */
enum Failure {

	/**
	 * The database understood and refused; it would refuse again.
	 */
	REJECTED,

	/**
	 * Another transaction was in the way; the statement was not committed, and may well
	 * succeed now.
	 */
	CONFLICT,

	/**
	 * The connection is gone or the database cannot work. What was sent may or may not
	 * have taken place.
	 */
	UNREACHABLE,

	/**
	 * The code says nothing; whether the connection still works does.
	 */
	UNKNOWN

}
