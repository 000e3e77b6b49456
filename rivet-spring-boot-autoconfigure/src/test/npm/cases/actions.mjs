import assert from "node:assert/strict";
import { refused, same, until } from "../conversation.mjs";

const HTTP = { over: ["http"] };

export function register(test, { version }) {
	test("an action returns a number", async (conversation) => {
		assert.equal(typeof (await conversation.actor("counter").increment(5)), "number");
	});

	test("a void action returns nothing and does not hang", async (conversation) => {
		const counter = conversation.actor("counter");
		assert.equal((await counter.reset()) ?? null, null);
		same(await counter.value(), 0);
	});

	test("an action returns null", async (conversation) => {
		same(await conversation.actor("values").nothing(), null);
	});

	test("an action that returns a stage", async (conversation) => {
		same(await conversation.actor("stages").later("hello"), "hello");
	});

	test("an action that returns a stage of nothing", async (conversation) => {
		assert.equal((await conversation.actor("stages").laterNothing()) ?? null, null);
	});

	test("an action whose stage fails", async (conversation) => {
		await refused(conversation.actor("stages").laterRefused(), {
			group: "user",
			code: "too_late",
			message: "Too late",
			metadata: { by: 3 },
		});
	});

	test("an action that waits lets others in", async (conversation) => {
		const stages = conversation.actor("stages");
		const waiting = stages.waitForRelease();
		await until(async () => (await stages.waiting()) === 1);
		await stages.release("free");
		same(await waiting, "free");
	});

	test("an action calls another actor", async (conversation) => {
		const key = conversation.key("other");
		same(await conversation.actor("caller").incrementOther(key, 4), 4);
		same(await conversation.actor("counter", { key }).value(), 4);
	});

	test("an action passes on another actor's refusal", async (conversation) => {
		await refused(conversation.actor("caller").failThere(conversation.key("other")), {
			group: "user",
			code: "teapot",
			message: "I am a teapot",
			metadata: { cups: 2 },
		});
	});

	test("two actors that call each other", async (conversation) => {
		same(await conversation.actor("caller").bounce(5, conversation.key("back")), 5);
	});

	test("actions with names of special characters", async (conversation) => {
		const names = conversation.actor("names");
		for (const name of [
			"with space",
			"with/slash",
			"with.dot",
			"with-dash",
			"with_underscore",
			"with%percent",
			"with%2Fescape",
			"with?question",
			"with#hash",
			"with+plus",
			"with&amp",
			"with:colon;semicolon",
			"with\\backslash",
			"with'quote\"",
			"with@at",
			"grün€😀",
			"$dollar",
			"__proto__",
		]) {
			same(await names.action({ name, args: ["x"] }), `${name} x`, name);
		}
	});

	test("an action whose name is a path", { since: ["2.3.19"] }, async (conversation) => {
		same(await conversation.actor("names").with.dot("x"), "with.dot x");
	});

	test("concurrent calls from many handles count right", async (conversation) => {
		const calls = Array.from({ length: 25 }, () => {
			const counter = conversation.actor("counter");
			return Array.from({ length: 8 }, () => counter.increment(1));
		}).flat();
		const seen = await Promise.all(calls);
		same(new Set(seen).size, 200);
		same(await conversation.actor("counter").value(), 200);
	});

	test("concurrent calls create one actor", HTTP, async (conversation) => {
		const calls = Array.from({ length: 20 }, (_, i) => conversation.actor("seeded", { createWithInput: i + 1 }));
		const ids = await Promise.all(calls.map(async (seeded) => (await seeded.whoAmI()).actorId));
		same(new Set(ids).size, 1);
		same(await calls[0].created(), 1);
	});

	test("calls of one client keep their order", async (conversation) => {
		const counter = conversation.actor("counter");
		await counter.increment(1);
		for (let i = 0; i < 20; i++) {
			same(await counter.increment(1), i + 2);
		}
	});

	test("a call that was aborted rejects", HTTP, async (conversation) => {
		const abort = new AbortController();
		const stages = conversation.actor("stages");
		const waiting = stages.action({ name: "waitForRelease", args: [], signal: abort.signal });
		await until(async () => (await stages.waiting()) === 1);
		abort.abort();
		await assert.rejects(waiting);
		same(await stages.waiting(), 1);
		await stages.release("unheard");
		same(await stages.echo("still there"), "still there");
	});

	test("skipReadyWait", { since: ["2.3.19"], ...HTTP }, async (conversation) => {
		const client = conversation.newClient({ gateway: { skipReadyWait: true } });
		same(await conversation.actor("counter", { client }).increment(2), 2);
		const id = await conversation.actor("counter", { client }).resolve();
		same(await client.counter.getForId(id).increment(2), 4);
		same(await client.counter.get(conversation.key()).value(), 4);
	});

	test("a call through the target header", HTTP, async (conversation) => {
		const id = await conversation.actor("counter").resolve();
		const response = await conversation.fetch("/action/increment", {
			method: "POST",
			headers: { "x-rivet-target": "actor", "x-rivet-actor": id, "x-rivet-encoding": "json" },
			body: '{"args":[3]}',
		});
		same([response.status, await response.json()], [200, { output: 3 }]);
	});
}
