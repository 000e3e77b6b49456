package dev.rivet.benchmark;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.State;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Actors that sleep and wake, work off messages and do things in time.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ LifeApplication.Worker.class, LifeApplication.Sleeper.class, LifeApplication.Tally.class })
public class LifeApplication {

	public static void main(String[] args) {
		SpringApplication.run(LifeApplication.class, args);
	}

	/**
	 * Counts what is done by all actors.
	 */
	@RestController
	static class Tally {

		private final AtomicLong count = new AtomicLong();

		void add() {
			this.count.incrementAndGet();
		}

		@GetMapping("/tally")
		long count() {
			return this.count.get();
		}

	}

	/**
	 * Works off messages.
	 */
	@Actor("worker")
	static class Worker {

		private final Tally tally;

		@State
		private long done;

		Worker(Tally tally) {
			this.tally = tally;
		}

		@QueueListener("work")
		void work(long amount) {
			this.done += amount;
			this.tally.add();
		}

	}

	/**
	 * Wakes for calls and alarms.
	 */
	@Actor("sleeper")
	static class Sleeper {

		private final Tally tally;

		@State
		private long count;

		Sleeper(Tally tally) {
			this.tally = tally;
		}

		@Action
		long increment(long amount) {
			this.count += amount;
			return this.count;
		}

		@Action
		void fireAt(long millis, ActorContext context) {
			context.schedule().at(Instant.ofEpochMilli(millis), "fire");
		}

		@Action
		void fire() {
			this.count++;
			this.tally.add();
		}

	}

}
