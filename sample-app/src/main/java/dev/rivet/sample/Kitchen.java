package dev.rivet.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.CanPublish;
import dev.rivet.actor.Cron;
import dev.rivet.actor.Event;
import dev.rivet.actor.Kv;
import dev.rivet.actor.OnSleep;
import dev.rivet.actor.OnStateChange;
import dev.rivet.actor.OnWake;
import dev.rivet.actor.Queue;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.QueueMessage;
import dev.rivet.actor.QueueReceive;
import dev.rivet.actor.Run;
import dev.rivet.actor.State;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * The kitchen of a restaurant, known by its name. It takes orders at once, cooks them one
 * after another, washes up every minute, and sleeps in between, also while somebody
 * watches.
 */
@Actor(name = "kitchen", displayName = "Kitchen", icon = "🍳", sleepTimeout = "5s")
@Queue(name = "orders", body = Kitchen.Order.class, reply = Kitchen.Ticket.class)
@Queue(name = "stove", body = Kitchen.Ticket.class)
@Event(name = "board", payload = Kitchen.Board.class)
@Event(name = "awake", payload = Boolean.class)
class Kitchen {

	static final int MAX_DISH_LENGTH = 40;

	private static final String RECEIPT = "receipt/";

	private final Duration cookingTime;

	@State
	private final List<Ticket> tickets = new ArrayList<>();

	@State
	private int taken;

	@State
	private int served;

	Kitchen(@Value("${sample.cooking-time:2s}") Duration cookingTime) {
		this.cookingTime = cookingTime;
	}

	@OnWake
	void wake(ActorContext context) {
		context.broadcast("awake", true);
	}

	@OnSleep
	void sleep(ActorContext context) {
		context.broadcast("awake", false);
	}

	@OnStateChange
	void show(ActorContext context) {
		context.broadcast("board", board());
	}

	@Action
	Board board() {
		return new Board(this.served, this.tickets);
	}

	@Action
	void order(Order order, ActorContext context) {
		context.queue().send("orders", order);
	}

	@CanPublish("stove")
	boolean areGuestsAllowedAtTheStove() {
		return false;
	}

	@QueueListener(value = "orders", attempts = 3)
	Ticket take(Order order, ActorContext context) {
		Ticket ticket = new Ticket(++this.taken, order.dish(), Stage.WAITING);
		this.tickets.add(ticket);
		context.queue().send("stove", ticket);
		return ticket;
	}

	@Run
	void cook(ActorContext context) {
		for (QueueMessage message : context.queue().iterate(QueueReceive.from("stove").asCompletable())) {
			Ticket ticket = Objects.requireNonNull(message.body(Ticket.class));
			move(ticket, Stage.COOKING);
			context.delay(this.cookingTime);
			// all of this takes effect together: after a crash the dish is cooked again
			// and served once
			move(ticket, Stage.SERVED);
			this.served++;
			context.kv().put(RECEIPT + "%08d".formatted(ticket.number()), ticket.dish());
			message.complete();
		}
	}

	@Action
	@Cron("* * * * *")
	void washUp() {
		this.tickets.removeIf((ticket) -> ticket.stage() == Stage.SERVED);
	}

	@Action
	List<String> lastDishes(int number, ActorContext context) {
		return context.kv()
			.list(Kv.Range.prefix(RECEIPT).limitedTo(number).reversed())
			.stream()
			.map(Kv.Entry::text)
			.toList();
	}

	private void move(Ticket ticket, Stage stage) {
		this.tickets.replaceAll((each) -> (each.number() == ticket.number()) ? each.at(stage) : each);
	}

	/**
	 * What a guest wants.
	 */
	record Order(String dish) {

		Order {
			Assert.isTrue(StringUtils.hasText(dish) && dish.length() <= MAX_DISH_LENGTH,
					"A dish has a name of at most " + MAX_DISH_LENGTH + " characters");
		}

	}

	/**
	 * How far an order is.
	 */
	enum Stage {

		WAITING, COOKING, SERVED

	}

	/**
	 * An order in the kitchen.
	 */
	record Ticket(int number, String dish, Stage stage) {

		Ticket at(Stage other) {
			return new Ticket(this.number, this.dish, other);
		}

	}

	/**
	 * What hangs on the wall: how many orders were served, and those that were not, or
	 * not washed up yet.
	 */
	record Board(int served, List<Ticket> tickets) {
	}

}
