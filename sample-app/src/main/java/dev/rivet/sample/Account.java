package dev.rivet.sample;

import java.util.ArrayList;
import java.util.List;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.OnCreate;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import org.jspecify.annotations.Nullable;

/**
 * A bank account, known by the key of its bank and its owner. It shows an injected bean,
 * an input, an error for the client, and a call of another actor.
 */
@Actor("account")
class Account {

	static final int KEPT_BOOKINGS = 100;

	private final Fees fees;

	@State
	private String currency = "EUR";

	@State
	private long balance;

	@State
	private final List<Booking> bookings = new ArrayList<>();

	Account(Fees fees) {
		this.fees = fees;
	}

	@OnCreate
	void open(@Nullable Opening opening) {
		if (opening != null) {
			if (opening.deposit() < 0) {
				throw new UserError("invalid_amount", "The deposit must not be negative");
			}
			this.currency = opening.currency();
			book("opening", opening.deposit());
		}
	}

	@Action
	Statement statement() {
		return new Statement(this.currency, this.balance, this.bookings);
	}

	@Action
	long deposit(long amount) {
		requirePositive(amount);
		return book("deposit", amount);
	}

	@Action
	long transfer(String owner, long amount, ActorContext context) {
		requirePositive(amount);
		long total = Math.addExact(amount, this.fees.of(amount));
		if (total > this.balance) {
			throw new UserError("insufficient_funds", "The balance is too low",
					new Shortage(this.balance, total - this.balance));
		}
		book("transfer to " + owner, -total);
		// the debit is durable now; with a queue, the credit would follow even after a
		// crash
		String bank = context.key().parts().get(0);
		context.client().getOrCreate(AccountApi.class, bank, owner).deposit(amount);
		return this.balance;
	}

	private static void requirePositive(long amount) {
		if (amount <= 0) {
			throw new UserError("invalid_amount", "The amount must be positive");
		}
	}

	private long book(String text, long amount) {
		this.balance = Math.addExact(this.balance, amount);
		this.bookings.add(new Booking(text, amount));
		if (this.bookings.size() > KEPT_BOOKINGS) {
			this.bookings.remove(0);
		}
		return this.balance;
	}

	/**
	 * What an account is opened with.
	 */
	record Opening(String currency, long deposit) {
	}

	/**
	 * A line of a statement.
	 */
	record Booking(String text, long amount) {
	}

	/**
	 * What its owner sees of an account.
	 */
	record Statement(String currency, long balance, List<Booking> bookings) {
	}

	/**
	 * Why a transfer was refused.
	 */
	record Shortage(long balance, long missing) {
	}

}
