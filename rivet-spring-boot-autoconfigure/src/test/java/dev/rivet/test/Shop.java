package dev.rivet.test;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Clock;
import java.time.Duration;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Every;
import dev.rivet.actor.OnBeforeConnect;
import dev.rivet.actor.OnWake;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;

/**
 * An application with a clock, secured methods and actors.
 */
@SpringBootApplication
@EnableMethodSecurity
class Shop {

	@Bean
	@Primary
	Clock clock() {
		return Clock.systemUTC();
	}

	/**
	 * An annotation of the application's own.
	 */
	@Actor
	@Retention(RetentionPolicy.RUNTIME)
	@interface ShopActor {

	}

	@ShopActor
	static class Offer {

		@Action
		void expireAfter(Duration duration, ActorContext context) {
			context.schedule().after(duration, "expire");
		}

		@Action
		void expire(ActorContext context) {
			context.destroy();
		}

		@Action
		@PreAuthorize("hasRole('OWNER')")
		public String secret() {
			return "half price";
		}

	}

	@Actor("broken")
	static class Broken {

		@State
		private int ticks;

		@OnWake
		void wake() {
			throw new IllegalStateException("This stays in the log");
		}

		@Action
		@Every("30s")
		void tick() {
			this.ticks++;
		}

	}

	@Actor("closed")
	static class Closed {

		@OnBeforeConnect
		void refuse(ActorContext context) {
			throw new UserError("members", "Members only");
		}

	}

}
