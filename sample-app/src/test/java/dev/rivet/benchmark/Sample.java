package dev.rivet.benchmark;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one measurement found.
 *
 * @param rate operations per second
 * @param p50 the median latency in milliseconds
 * @param p99 the latency in milliseconds that one of a hundred operations exceeds
 * @param processor processor time of the server for one operation in microseconds
 */
record Sample(double rate, double p50, double p99, double processor) {

	private static final JsonMapper json = new JsonMapper();

	/**
	 * Reads what a load generator has printed.
	 * @param result the operations, the seconds they took, and their latencies
	 * @param used the processor time that the server has used for them
	 * @return what was found
	 */
	static Sample parse(String result, Duration used) {
		JsonNode figures = json.readTree(result);
		if (figures.path("errors").asInt() > 0) {
			throw new IllegalStateException("There were errors: " + result);
		}
		double operations = figures.path("operations").asDouble();
		return new Sample(operations / figures.path("seconds").asDouble(), figures.path("p50").asDouble(),
				figures.path("p99").asDouble(), used.toNanos() / 1000.0 / operations);
	}

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
		return middle(samples.stream().map(figure::applyAsDouble).toList());
	}

	/**
	 * Returns the median of figures.
	 * @param figures the figures
	 * @return the median
	 */
	static double middle(List<Double> figures) {
		double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
		return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1).average().orElseThrow();
	}

}
