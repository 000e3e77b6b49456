package dev.rivet.sample;

import org.springframework.stereotype.Component;

/**
 * What a transfer costs: one percent.
 */
@Component
class Fees {

	long of(long amount) {
		return amount / 100;
	}

}
