package dev.rivet.actuate;

import java.util.Locale;

import dev.rivet.runtime.ActorRuntime;
import dev.rivet.runtime.ActorStatistics;
import dev.rivet.runtime.RunLoopEnd;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Metrics of the actors on this node, by their name. They are read from the runtime when
 * somebody looks at them, and cost the actors nothing.
 */
final class ActorMetrics implements MeterBinder {

	private static final String ACTOR = "actor";

	private final ActorRuntime runtime;

	ActorMetrics(ActorRuntime runtime) {
		this.runtime = runtime;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (ActorStatistics actors : this.runtime.statistics()) {
			Gauge.builder("rivet.actors.awake", actors, ActorStatistics::awake)
				.description("Actors in memory")
				.tag(ACTOR, actors.name())
				.register(registry);
			if (actors.hasRunLoop()) {
				bindRunLoops(actors, registry);
			}
		}
		this.runtime.maxWaitingThreads().ifPresent((max) -> bindThreads(max, registry));
	}

	private void bindRunLoops(ActorStatistics actors, MeterRegistry registry) {
		Gauge.builder("rivet.run.loops", actors, ActorStatistics::runLoops)
			.description("Run loops that run or wait")
			.tag(ACTOR, actors.name())
			.register(registry);
		for (RunLoopEnd end : RunLoopEnd.values()) {
			FunctionCounter.builder("rivet.run.loops.ended", actors, (counted) -> counted.runLoopsEnded(end))
				.description("Run loops that have returned, were stopped with their actor, or failed")
				.tag(ACTOR, actors.name())
				.tag("outcome", end.name().toLowerCase(Locale.ROOT))
				.register(registry);
		}
	}

	private void bindThreads(int max, MeterRegistry registry) {
		Gauge.builder("rivet.threads.waiting", this.runtime, ActorRuntime::waitingThreads)
			.description("Threads that wait in the middle of a turn")
			.register(registry);
		Gauge.builder("rivet.threads.waiting.max", () -> max)
			.description("Threads that may wait before further calls are refused")
			.register(registry);
	}

}
