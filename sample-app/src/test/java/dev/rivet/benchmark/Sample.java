package dev.rivet.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one measurement found.
 *
 * @param rate operations per second
 * @param p50 the median latency in milliseconds
 * @param p99 the latency in milliseconds that one of a hundred operations exceeds
 * @param processor processor time of the server for one operation in microseconds
 */
record Sample(double rate, double p50, double p99, double processor) {

	/**
	 * Returns the median of each figure.
	 * @param samples the samples
	 * @return the medians
	 */
	static Sample median(List<Sample> samples) {
		return new Sample(median(samples, Sample::rate), median(samples, Sample::p50), median(samples, Sample::p99),
				median(samples, Sample::processor));
	}

	private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
		double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
		return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1).average().orElseThrow();
	}

}
