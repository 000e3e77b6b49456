package dev.rivet.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Queue;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.QueueMessage;
import dev.rivet.actor.QueueReceive;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.QueueResult;
import dev.rivet.client.RivetException;
import dev.rivet.remote.RemoteServer;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for constraints on the messages of queues and on the replies to them.
 */
@Timeout(30)
class ValidatedQueueTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static final Order SOUP = new Order(List.of(new Dish("Soup", 3)));

	private static final Order NAMELESS = new Order(List.of(new Dish("Soup", 3), new Dish(" ", 3)));

	private static final Order FREE = new Order(List.of(new Dish("Water", 0)));

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:queues", RunningApplication.WITHOUT_SECURITY),
				Kitchen.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void aMessageThatViolatesConstraintsIsRefused() {
		ActorHandle kitchen = application.actor("kitchen", "inside");
		assertNamelessIsRefused(() -> kitchen.send("kept", NAMELESS));
		assertNamelessIsRefused(() -> kitchen.sendAndWait("kept", NAMELESS, LONG));
		assertNamelessIsRefused(() -> kitchen.call(Void.class, "send", NAMELESS));
		assertThat(stored(kitchen)).isZero();
		kitchen.send("kept", SOUP);
		assertThat(stored(kitchen)).isOne();
		assertThat(kitchen.call(int.class, "receive")).isEqualTo(3);
	}

	@Test
	void aMessageOverHttpIsRefusedToo() {
		ActorHandle kitchen = RemoteServer.at("http://127.0.0.1:" + application.port() + "/api/rivet")
			.client()
			.getOrCreate("kitchen", "http");
		assertNamelessIsRefused(() -> kitchen.send("kept", NAMELESS));
		assertNamelessIsRefused(() -> kitchen.sendAndWait("kept", NAMELESS, LONG));
		assertThat(stored(kitchen)).isZero();
		QueueResult result = kitchen.sendAndWait("cooked", SOUP, LONG);
		assertThat(result.reply()).hasToString("{\"total\":3}");
	}

	@Test
	void aReplyThatViolatesConstraintsIsNone() {
		ActorHandle kitchen = application.actor("kitchen", "replies");
		kitchen.send("kept", FREE);
		assertFreeIsRefused(() -> kitchen.call(int.class, "receive"));
		assertThat(stored(kitchen)).as("the message is still there").isOne();
		assertFreeIsRefused(() -> kitchen.sendAndWait("cooked", FREE, LONG));
	}

	@Test
	void undeclaredQueuesAreNotValidated() {
		ActorHandle kitchen = application.actor("kitchen", "undeclared");
		kitchen.send("undeclared", NAMELESS);
		assertThat(stored(kitchen)).isOne();
	}

	private static void assertNamelessIsRefused(Runnable call) {
		assertIssue(call, "invalid_payload", "no name", "dishes", 1, "name");
	}

	private static void assertFreeIsRefused(Runnable call) {
		assertIssue(call, "invalid_completion_payload", "nothing to pay", "total");
	}

	private static void assertIssue(Runnable call, String code, String message, Object... path) {
		assertThatExceptionOfType(RivetException.class).isThrownBy(call::run).satisfies((ex) -> {
			assertThat(ex.group() + "/" + ex.code()).isEqualTo("queue/" + code);
			assertThat(((Map<?, ?>) ex.metadata()).get("issues"))
				.isEqualTo(List.of(Map.of("path", List.of(path), "message", message)));
		});
	}

	private static long stored(ActorHandle kitchen) {
		return application.jdbc()
			.sql("SELECT COUNT(*) FROM rivet_message WHERE actor_id = ?")
			.param(kitchen.resolve())
			.query(Long.class)
			.single();
	}

	@Actor("kitchen")
	@Queue(name = "kept", body = Order.class, reply = Bill.class)
	@Queue(name = "cooked", body = Order.class, reply = Bill.class)
	static class Kitchen {

		@Action
		void send(Order order, ActorContext context) {
			context.queue().send("kept", order);
		}

		@Action
		int receive(ActorContext context) {
			QueueMessage message = context.queue().next(QueueReceive.from("kept").asCompletable()).orElseThrow();
			Bill bill = bill(message.body(Order.class));
			message.complete(bill);
			return bill.total();
		}

		@QueueListener(value = "cooked", attempts = 1)
		Bill bill(Order order) {
			return new Bill(order.dishes().stream().mapToInt(Dish::price).sum());
		}

	}

	record Order(@Valid List<Dish> dishes) {
	}

	record Dish(@NotBlank(message = "no name") String name, int price) {
	}

	record Bill(@Min(value = 1, message = "nothing to pay") int total) {
	}

}
