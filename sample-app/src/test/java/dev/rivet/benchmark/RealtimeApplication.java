package dev.rivet.benchmark;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.State;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Two actors that do the same, one with a state that lasts and one without.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ RealtimeApplication.Durable.class, RealtimeApplication.Fleeting.class })
public class RealtimeApplication {

	public static void main(String[] args) {
		SpringApplication.run(RealtimeApplication.class, args);
	}

	/**
	 * Counts for ever.
	 */
	@Actor("durable")
	static class Durable {

		@State
		private long count;

		@Action
		long increment(long amount) {
			this.count += amount;
			return this.count;
		}

		@Action
		void publish(long number, ActorContext context) {
			this.count++;
			context.broadcast("tick", number);
		}

		@Action
		int connections(ActorContext context) {
			return context.connections().size();
		}

	}

	/**
	 * Counts as long as it is awake.
	 */
	@Actor("fleeting")
	static class Fleeting {

		private long count;

		@Action
		long increment(long amount) {
			this.count += amount;
			return this.count;
		}

		@Action
		void publish(long number, ActorContext context) {
			context.broadcast("tick", number);
		}

	}

}
