package dev.rivet.actor;

import java.util.List;

/**
 * A signal that is given when one of others is. Those keep nothing of it but its
 * listeners, since they may live much longer.
 *
 * @param signals the others
 */
record JoinedSignal(List<AbortSignal> signals) implements AbortSignal {

	@Override
	public boolean aborted() {
		return this.signals.stream().anyMatch(AbortSignal::aborted);
	}

	@Override
	public Registration onAbort(Runnable listener) {
		AbortController first = new AbortController();
		first.signal().onAbort(listener);
		List<Registration> registrations = this.signals.stream().map((signal) -> signal.onAbort(first::abort)).toList();
		Registration all = () -> registrations.forEach(Registration::cancel);
		first.signal().onAbort(all::cancel);
		return all;
	}

}
