import assert from "node:assert/strict";
import { failure, refused, same, until } from "../conversation.mjs";

const CONNECTION = { over: ["connection"] };

export function register(test, { version }) {
	const enter = (conversation, name, options = {}) =>
		conversation.actor("room", { params: { name, ...options.params }, ...options.more });

	/** Collects the arguments of an event. */
	function heard(connection, event) {
		const events = [];
		connection.on(event, (...args) => events.push(args));
		return events;
	}

	test("events reach those who listen, in order", CONNECTION, async (conversation) => {
		const [ada, bob, deaf] = [enter(conversation, "ada"), enter(conversation, "bob"), enter(conversation, "deaf")];
		const [first, second] = [heard(ada, "counted"), heard(bob, "counted")];
		await bob.name();
		await deaf.name();
		same(await ada.count(200), 200);
		await until(() => second.length === 200);
		const expected = Array.from({ length: 200 }, (_, i) => [i + 1]);
		same(first, expected);
		same(second, expected);
	});

	test("a subscription holds for the next action", CONNECTION, async (conversation) => {
		const ada = enter(conversation, "ada");
		await ada.name();
		const events = heard(ada, "said");
		await ada.say(["hello"]);
		await until(() => events.length === 1);
		same(events, [["hello"]]);
	});

	test("events carry several values of all kinds", CONNECTION, async (conversation) => {
		const ada = enter(conversation, "ada");
		const events = heard(ada, "said");
		await ada.say(["a", 1.5, null, [true, { deep: "yes" }], "ü😀"]);
		await ada.say([]);
		await until(() => events.length === 2);
		same(events, [["a", 1.5, null, [true, { deep: "yes" }], "ü😀"], []]);
	});

	test("nothing is heard of what was taken back", CONNECTION, async (conversation) => {
		const ada = enter(conversation, "ada");
		const events = heard(ada, "said");
		await refused(ada.sayAndFail("never"), { group: "user", code: "changed_my_mind" });
		await ada.say(["now"]);
		await until(() => events.length === 1);
		same(events, [["now"]]);
	});

	test("a listener that has gone hears no more", CONNECTION, async (conversation) => {
		const ada = enter(conversation, "ada");
		const events = [];
		const stop = ada.on("said", (text) => events.push(text));
		const all = heard(ada, "counted");
		await ada.say(["one"]);
		await until(() => events.length === 1);
		stop();
		await ada.say(["two"]);
		await ada.count(1);
		await until(() => all.length === 1);
		same(events, ["one"]);
	});

	test("once is once", CONNECTION, async (conversation) => {
		const ada = enter(conversation, "ada");
		const events = [];
		ada.once("said", (text) => events.push(text));
		const all = heard(ada, "counted");
		await ada.say(["one"]);
		await ada.say(["two"]);
		await ada.count(1);
		await until(() => all.length === 1);
		same(events, ["one"]);
	});

	test("events may leave somebody out", CONNECTION, async (conversation) => {
		const [ada, bob] = [enter(conversation, "ada"), enter(conversation, "bob")];
		const [atAda, atBob] = [heard(ada, "said"), heard(bob, "said")];
		await bob.name();
		await ada.sayToOthers("psst");
		await ada.say(["all"]);
		await until(() => atBob.length === 2 && atAda.length === 1);
		same([atAda, atBob], [[["all"]], [["psst"], ["all"]]]);
	});

	test("an event for one connection", CONNECTION, async (conversation) => {
		const [ada, bob] = [enter(conversation, "ada"), enter(conversation, "bob")];
		const [atAda, atBob] = [heard(ada, "whispered"), heard(bob, "whispered")];
		await bob.name();
		await ada.whisper("only you");
		await bob.whisper("and you");
		await until(() => atAda.length === 1 && atBob.length === 1);
		same([atAda, atBob], [[["only you"]], [["and you"]]]);
	});

	test("an event of the wrong kind is not sent", CONNECTION, async (conversation) => {
		const ada = enter(conversation, "ada");
		const events = heard(ada, "typed");
		await refused(ada.type(1, "x"), { group: "event", code: "invalid_payload" });
		await ada.type("x", 1);
		await until(() => events.length === 1);
		same(events, [["x", 1]]);
	});

	test("who comes and goes is told", CONNECTION, async (conversation) => {
		const ada = enter(conversation, "ada");
		const [joined, left] = [heard(ada, "joined"), heard(ada, "left")];
		await ada.name();
		const bob = enter(conversation, "bob");
		same(await bob.members(), ["ada", "bob"]);
		await bob.dispose();
		await until(() => left.length === 1);
		same(left, [["bob"]]);
		assert.deepEqual(joined.at(-1), ["bob"]);
		same(await ada.members(), ["ada"]);
	});

	test("the connection has a state of its own", CONNECTION, async (conversation) => {
		const [ada, bob] = [enter(conversation, "ada"), enter(conversation, "bob")];
		same(await ada.rename("eve"), 1);
		same(await ada.rename("eva"), 2);
		same([await ada.name(), await bob.name()], ["eva", "bob"]);
		await refused(ada.rename(""), { group: "user", code: "nameless" });
		same(await ada.name(), "eva");
	});

	test("the connection stays the same", CONNECTION, async (conversation) => {
		const [ada, bob] = [enter(conversation, "ada"), enter(conversation, "bob")];
		const id = await ada.idOfConnection();
		same(await ada.idOfConnection(), id);
		assert.notEqual(await bob.idOfConnection(), id);
	});

	test("many calls at once", CONNECTION, async (conversation) => {
		const counter = conversation.actor("counter");
		const answers = await Promise.all(Array.from({ length: 500 }, () => counter.increment(1)));
		same(answers, Array.from({ length: 500 }, (_, i) => i + 1));
	});

	test("calls before the connection is open", CONNECTION, async (conversation) => {
		const counter = conversation.actor("counter");
		same(await Promise.all([counter.increment(1), counter.increment(2), counter.value()]), [1, 3, 3]);
	});

	test("the first call of a connection may fail alone", CONNECTION, async (conversation) => {
		const counter = conversation.actor("counter");
		const errors = [];
		counter.onError((error) => errors.push(error.code));
		await refused(counter.nothing(), { group: "action", code: "not_found" });
		same(await counter.increment(1), 1);
		// 2.1.5 takes the error of call 0 for one of the connection
		same(errors, version === "2.1.5" ? ["not_found"] : []);
	});

	test("a refused connection", CONNECTION, async (conversation) => {
		const ada = enter(conversation, "ada", { params: { wish: "refuse" } });
		const errors = [];
		ada.onError((error) => errors.push(error));
		ada.name().catch(() => {});
		await until(() => errors.length > 0);
		same([errors[0].group, errors[0].code], ["user", "rejected_conn"]);
	});

	test("a connection refused by a mistake of the actor", CONNECTION, async (conversation) => {
		const ada = enter(conversation, "ada", { params: { wish: "crash" } });
		const errors = [];
		ada.onError((error) => errors.push(error));
		ada.name().catch(() => {});
		await until(() => errors.length > 0);
		same([errors[0].group, errors[0].code], ["rivetkit", "internal_error"]);
		assert.doesNotMatch(errors[0].message, /stays in the log/);
	});

	test("a refused subscription", CONNECTION, async (conversation) => {
		const [ada, insider] = [enter(conversation, "ada"), enter(conversation, "insider")];
		const errors = [];
		ada.onError((error) => errors.push(error));
		await ada.name();
		const [atAda, atInsider] = [heard(ada, "secret"), heard(insider, "secret")];
		await until(() => errors.length > 0);
		same([errors[0].group, errors[0].code], ["auth", "forbidden"]);
		await insider.saySilently("the code is 1234");
		await until(() => atInsider.length === 1);
		same([await ada.name(), atAda], ["ada", []]);
	});

	test("a client that is sent away comes back", CONNECTION, async (conversation) => {
		const ada = enter(conversation, "ada");
		const events = heard(ada, "said");
		const id = await ada.idOfConnection();
		await ada.leave("Time for a break").catch(() => {});
		let next;
		await until(async () => {
			next = await ada.idOfConnection().catch(() => id);
			return next !== id;
		});
		await ada.say(["here again"]);
		await until(() => events.length === 1);
		same(events, [["here again"]]);
	});

	test("a destroyed actor closes its connections", CONNECTION, async (conversation) => {
		const counter = conversation.actor("counter");
		same(await counter.increment(3), 3);
		let closed = 0;
		counter.onClose(() => closed++);
		await counter.selfDestruct().catch(() => {});
		await until(() => closed > 0);
		same(await conversation.actor("counter").value(), 0);
	});

	test("connections stay open while their actor sleeps, and wake it", CONNECTION, async (conversation) => {
		const ada = enter(conversation, "ada");
		const said = heard(ada, "said");
		const id = await ada.idOfConnection();
		let closed = 0;
		ada.onClose(() => closed++);
		const actorId = await conversation.client.room.getOrCreate(conversation.key()).resolve();
		await conversation.fetch(`/actors/${actorId}/sleep`, { method: "POST", body: "{}" });
		await until(async () => {
			const response = await conversation.fetch(`/actors?namespace=default&actor_ids=${actorId}`);
			return typeof (await response.json()).actors[0].sleep_ts === "number";
		});
		same(await Promise.all([ada.say(["awake"]), ada.name(), ada.idOfConnection()]), [null, "ada", id]);
		await until(() => said.length === 1);
		same([said, closed], [[["awake"]], 0]);
	});

	test("a message that is too large closes the connection", CONNECTION, async (conversation) => {
		const values = conversation.actor("values");
		const error = await failure(values.length("x".repeat(70_000)));
		same([error.group, error.code], ["message", "incoming_too_long"]);
		await until(async () => (await values.length("abc").catch(() => 0)) === 3);
	});

	test("a message just below the limit", CONNECTION, async (conversation) => {
		same(await conversation.actor("values").length("x".repeat(65_000)), 65_000);
	});

	test("a result that is too large fails alone", CONNECTION, async (conversation) => {
		const values = conversation.actor("values");
		same(await values.length("abc"), 3);
		await refused(values.text(1_048_577), { group: "message", code: "outgoing_too_long" });
		same((await values.text(1_000_000)).length, 1_000_000);
	});

	test("get connects to an existing actor", CONNECTION, async (conversation) => {
		await conversation.actor("counter").increment(3);
		const counter = conversation.client.counter.get(conversation.key()).connect();
		same(await counter.value(), 3);
		const { actorId } = await counter.whoAmI();
		same(await conversation.client.counter.getForId(actorId).connect().value(), 3);
	});

	test("a connection that skips the wait for its actor", { ...CONNECTION, since: ["2.3.19"] }, async (conversation) => {
		const { actorId } = await conversation.actor("counter").whoAmI();
		const counter = conversation.client.counter.getForId(actorId).connect(undefined, { skipReadyWait: true });
		same(await counter.increment(1), 1);
	});

	test("a single call connects for its duration", { over: ["http"] }, async (conversation) => {
		const ada = enter(conversation, "ada");
		same(await ada.members(), ["ada"]);
		same(await ada.log(), ["+ada", "-ada", "+ada"]);
		const turnedAway = enter(conversation, "eve", { params: { wish: "refuse" } });
		await refused(turnedAway.name(), { group: "user", code: "rejected_conn", metadata: { until: "tomorrow" } });
	});
}
