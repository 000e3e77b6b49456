package dev.rivet.benchmark;

import java.util.Arrays;

/**
 * How long each of many operations took.
 */
final class Latencies {

	private long[] nanos = new long[1 << 20];

	private int count;

	void add(long nanos) {
		if (this.count == this.nanos.length) {
			this.nanos = Arrays.copyOf(this.nanos, this.count * 2);
		}
		this.nanos[this.count++] = nanos;
	}

	/**
	 * Returns the result in the form in which {@code wrk}'s scripts print theirs.
	 * @param nanos how long all operations together took
	 */
	String toJson(long nanos) {
		Arrays.sort(this.nanos, 0, this.count);
		return "{\"operations\":" + this.count + ",\"seconds\":" + nanos / 1e9 + ",\"p50\":" + millis(0.5) + ",\"p99\":"
				+ millis(0.99) + ",\"errors\":0}";
	}

	private double millis(double quantile) {
		return (this.count > 0) ? this.nanos[(int) (quantile * (this.count - 1))] / 1e6 : 0;
	}

}
