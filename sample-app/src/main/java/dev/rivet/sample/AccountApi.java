package dev.rivet.sample;

import dev.rivet.client.ActorApi;

/**
 * What others may ask of an account.
 */
@ActorApi("account")
interface AccountApi {

	long deposit(long amount);

}
