package dev.rivet.sample;

import java.time.Instant;
import java.util.List;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Cron;
import dev.rivet.actor.Event;
import dev.rivet.actor.Kv;
import dev.rivet.actor.Queue;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;

import org.springframework.util.StringUtils;

/**
 * The kitchen of a restaurant, known by its name. It works off its orders one after
 * another, closes the day at midnight, and sleeps in between, also while somebody
 * watches.
 */
@Actor(name = "kitchen", displayName = "Kitchen", icon = "🍳")
@Queue(name = "orders", body = Kitchen.Order.class, reply = Kitchen.Receipt.class)
@Event(name = "served", payload = Kitchen.Receipt.class)
@Event(name = "closed", payload = Integer.class)
class Kitchen {

	private static final String RECEIPT = "receipt/";

	@State
	private int served;

	@State
	private int servedToday;

	@QueueListener(value = "orders", attempts = 3)
	Receipt cook(Order order, ActorContext context) {
		if (!StringUtils.hasText(order.dish())) {
			throw new UserError("no_dish", "There is nothing to cook");
		}
		this.served++;
		this.servedToday++;
		Receipt receipt = new Receipt(this.served, order.dish(), Instant.now());
		context.kv().put(RECEIPT + "%08d".formatted(this.served), order.dish());
		context.broadcast("served", receipt);
		return receipt;
	}

	@Action
	@Cron("0 0 * * *")
	int closeDay(ActorContext context) {
		int today = this.servedToday;
		this.servedToday = 0;
		context.broadcast("closed", today);
		return today;
	}

	@Action
	List<String> lastDishes(int number, ActorContext context) {
		return context.kv()
			.list(Kv.Range.prefix(RECEIPT).limitedTo(number).reversed())
			.stream()
			.map(Kv.Entry::text)
			.toList();
	}

	/**
	 * What a guest wants.
	 */
	record Order(String dish) {
	}

	/**
	 * What a guest gets.
	 */
	record Receipt(int number, String dish, Instant servedAt) {
	}

}
