package dev.rivet.sample;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the clients of one counter know about it: between which bounds its value must be.
 */
final class Tally {

	private final String key;

	private final AtomicLong acknowledged = new AtomicLong();

	private final AtomicLong possible = new AtomicLong();

	private final Set<Long> answers = ConcurrentHashMap.newKeySet();

	private volatile @Nullable String id;

	Tally(String key) {
		this.key = key;
	}

	String key() {
		return this.key;
	}

	@Nullable String id() {
		return this.id;
	}

	void id(String id) {
		assertThat(this.id).as("id of " + this.key).isIn(null, id);
		this.id = id;
	}

	/**
	 * Notes that an increment by one is about to be sent.
	 */
	void sent() {
		this.possible.incrementAndGet();
	}

	/**
	 * Notes that an increment was not committed.
	 */
	void refused() {
		this.possible.decrementAndGet();
	}

	/**
	 * Notes that an increment was acknowledged.
	 * @param answer the value that it was answered with
	 */
	void acknowledged(long answer) {
		this.acknowledged.incrementAndGet();
		assertThat(this.answers.add(answer)).as("%s answered %d for the first time", this.key, answer).isTrue();
	}

	/**
	 * Checks a value that was read while nothing is sent, and goes on from there: whoever
	 * has seen a value must not see a smaller one later.
	 * @param value the value
	 */
	void verify(long value) {
		assertThat(value).as("value of " + this.key).isBetween(this.acknowledged.get(), this.possible.get());
		this.acknowledged.set(value);
		this.possible.set(value);
	}

	long unknown() {
		return this.possible.get() - this.acknowledged.get();
	}

}
