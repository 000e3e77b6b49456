package dev.rivet.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import dev.rivet.client.ActorEvent;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.QueueResult;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import dev.rivet.sample.Kitchen.Board;
import dev.rivet.sample.Kitchen.Order;
import dev.rivet.sample.Kitchen.Stage;
import dev.rivet.sample.Kitchen.Ticket;
import dev.rivet.test.RecordedEvents;
import dev.rivet.test.RivetTest;
import dev.rivet.test.TestActors;
import dev.rivet.test.TestClock;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Kitchen}: an example of how to test what actors do in time and over
 * sleep and crashes.
 */
@RivetTest(actors = Kitchen.class, properties = "sample.cooking-time=100ms")
class KitchenTests {

	@Autowired
	private RivetClient rivet;

	@Autowired
	private TestActors actors;

	@Autowired
	private TestClock clock;

	@Test
	void cooksOneDishAfterAnother() {
		ActorHandle kitchen = this.rivet.getOrCreate("kitchen", "cooks");
		try (RecordedEvents events = this.actors.record(kitchen, "board")) {
			QueueResult taken = kitchen.sendAndWait("orders", new Order("soup"), Duration.ofSeconds(10));
			assertThat(taken.reply()).hasToString("{\"number\":1,\"dish\":\"soup\",\"stage\":\"WAITING\"}");
			kitchen.send("orders", new Order("fish"));
			assertThat(next(events, (board) -> isAt(board, Stage.COOKING, "soup")).served()).isZero();
			assertThat(next(events, (board) -> isAt(board, Stage.COOKING, "fish")).served()).isOne();
			assertThat(next(events, (board) -> isAt(board, Stage.SERVED, "fish")).served()).isEqualTo(2);
		}
		assertThat(kitchen.call(List.class, "lastDishes", 5)).containsExactly("fish", "soup");
	}

	@Test
	void servesOnceWhatWasOnTheStoveInACrash() {
		ActorHandle kitchen = this.rivet.getOrCreate("kitchen", "crashes");
		try (RecordedEvents events = this.actors.record(kitchen, "board")) {
			List.of("soup", "fish", "cake").forEach((dish) -> kitchen.send("orders", new Order(dish)));
			next(events, (board) -> isAt(board, Stage.COOKING, "fish"));
			this.actors.crash(kitchen);
		}
		await().until(() -> board(kitchen).served() == 3);
		assertThat(kitchen.call(List.class, "lastDishes", 5)).containsExactly("cake", "fish", "soup");
	}

	@Test
	void refusesWhatIsNoOrder() {
		ActorHandle kitchen = this.rivet.getOrCreate("kitchen", "refuses");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> kitchen.send("orders", 5))
			.withMessageEndingWith("Queue 'orders' expects Order, got number")
			.satisfies((ex) -> assertThat(ex.is("queue", "invalid_payload")).isTrue());
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> kitchen.send("orders", Map.of("dish", List.of("soup"))))
			.withMessageEndingWith("Queue 'orders' expects Order, got something else at dish");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> kitchen.send("orders", Map.of("dish", " ")))
			.satisfies((ex) -> assertThat(ex.is("queue", "invalid_payload")).isTrue());
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> kitchen.send("stove", new Ticket(1, "soup", Stage.WAITING)))
			.satisfies((ex) -> assertThat(ex.is("auth", "forbidden")).isTrue());
	}

	@Test
	void wakesEveryMinuteToWashUpWhileSomebodyWatches() {
		ActorHandle kitchen = this.rivet.getOrCreate("kitchen", "washes");
		this.clock.set(Instant.parse("2030-01-01T20:00:00Z"));
		try (RecordedEvents events = this.actors.record(kitchen, "board", "awake")) {
			kitchen.send("orders", new Order("soup"));
			next(events, (board) -> isAt(board, Stage.SERVED, "soup"));
			this.actors.sleep(kitchen);
			assertThat(events.next().argument(0, Boolean.class)).isFalse();
			this.actors.advance(Duration.ofMinutes(1));
			assertThat(events.next().argument(0, Boolean.class)).isTrue();
			assertThat(events.next().argument(0, Board.class)).isEqualTo(new Board(1, List.of()));
		}
	}

	private static Board next(RecordedEvents events, Predicate<Board> wanted) {
		while (true) {
			ActorEvent event = events.next();
			if (event.name().equals("board") && wanted.test(event.argument(0, Board.class))) {
				return event.argument(0, Board.class);
			}
		}
	}

	private static Board board(ActorHandle kitchen) {
		return kitchen.call(Board.class, "board");
	}

	private static boolean isAt(Board board, Stage stage, String dish) {
		return board.tickets().stream().anyMatch((ticket) -> ticket.stage() == stage && ticket.dish().equals(dish));
	}

}
