import assert from "node:assert/strict";
import { failure, refused, same, until } from "../conversation.mjs";

const HTTP = { over: ["http"] };

export function register(test, { version, encoding, transport }) {
	test("an unknown action", async (conversation) => {
		await refused(conversation.actor("counter").noSuchAction(1), {
			group: "action",
			code: "not_found",
			message: "Action 'noSuchAction' not found. Validate the action exists on your actor.",
		});
	});

	test("a method that is no action", async (conversation) => {
		for (const name of ["toString", "hashCode", "notAnAction", "onCreate", "constructor", ""]) {
			const call = conversation.actor("counter").action({ name, args: [] });
			const error = await failure(call);
			assert.equal(error.code, "not_found", `${name}: ${error.message}`);
		}
	});

	test("a refusal with code and metadata", async (conversation) => {
		const error = await refused(conversation.actor("failing").refuse("custom_code", "Custom failure", { field: "x", n: [1, null] }), {
			group: "user",
			code: "custom_code",
			message: "Custom failure",
			metadata: { field: "x", n: [1, null] },
		});
		assert(error instanceof Error);
	});

	test("a refusal without metadata", async (conversation) => {
		const error = await refused(conversation.actor("failing").refusePlainly("Plain failure"), {
			group: "user",
			code: "user_error",
			message: "Plain failure",
		});
		same(error.metadata ?? undefined, undefined);
	});

	test("a refusal with a metadata of many kinds", async (conversation) => {
		const error = await refused(conversation.actor("failing").refuseInManyKinds(), { group: "user", code: "kinds" });
		// Over HTTP errors are JSON in every encoding
		const date = transport === "http" || encoding === "json" ? "1970-01-01T00:00:00.000Z" : new Date(0);
		same(error.metadata, {
			big: 5n,
			date,
			bytes: new Uint8Array([1, 255]),
			pair: ["$foo", "bar"],
			point: { x: 1, y: 2 },
		});
	});

	test("a refusal beyond ASCII", async (conversation) => {
		await refused(conversation.actor("failing").refuse("grün", "Schön 😀 \"quoted\"\n", "text"), {
			group: "user",
			code: "grün",
			message: "Schön 😀 \"quoted\"\n",
			metadata: "text",
		});
	});

	test("an internal error without details", async (conversation) => {
		const error = await refused(conversation.actor("failing").crash("the secret"), {
			group: "rivetkit",
			code: "internal_error",
			message: "Internal error. Read the server logs for more details.",
		});
		assert(!JSON.stringify({ ...error, message: error.message }).includes("secret"));
		same(error.metadata, {});
	});

	test("an Error of the JVM is internal too", async (conversation) => {
		await refused(conversation.actor("failing").crashHard(), { group: "rivetkit", code: "internal_error" });
		same(await conversation.actor("failing").fine(), "fine");
	});

	test("a result that cannot be sent is internal", async (conversation) => {
		await refused(conversation.actor("failing").unsendable(), { group: "rivetkit", code: "internal_error" });
	});

	test("a failing action changes nothing", async (conversation) => {
		const counter = conversation.actor("counter");
		await counter.increment(5);
		await refused(counter.incrementAndRefuse(10), { group: "user", code: "changed_my_mind" });
		same(await counter.value(), 5);
		same(await counter.increment(1), 6);
	});

	test("an action that takes too long", async (conversation) => {
		const slow = conversation.actor("slow");
		const started = performance.now();
		await refused(slow.never(), { group: "action", code: "timed_out", message: /^Action timed out/ });
		const elapsed = performance.now() - started;
		assert(elapsed > 400 && elapsed < 5000, `took ${elapsed} ms`);
		await until(async () => (await slow.quick().catch(() => "")) === "quick");
	});

	test("a stage that takes too long", async (conversation) => {
		const slow = conversation.actor("slow");
		await refused(slow.neverDone(), { group: "action", code: "timed_out" });
		await until(async () => (await slow.quick().catch(() => "")) === "quick");
	});

	test("an actor name that nobody has", HTTP, async (conversation) => {
		const started = performance.now();
		const error = await failure(conversation.client.nosuchactor.getOrCreate(conversation.key()).whoAmI());
		assert.equal(error.group, "actor", error.message);
		assert.notEqual(error.code, "not_found", "which 2.3.19 would retry 60 times");
		assert.match(error.message, /nosuchactor/);
		const byCreate = await failure(conversation.client.nosuchactor.create(conversation.key()));
		same([byCreate.group, byCreate.code], [error.group, error.code]);
		const byResolve = await failure(conversation.client.nosuchactor.getOrCreate(conversation.key()).resolve());
		same([byResolve.group, byResolve.code], [error.group, error.code]);
		assert(performance.now() - started < 8000, "took too long");
	});

	test("a creation that is refused", HTTP, async (conversation) => {
		const picky = conversation.client.picky.getOrCreate(conversation.key(), { createWithInput: "bad" });
		await refused(picky.taste(), { group: "user", code: "bad_input", message: "Not bad", metadata: { got: "bad" } });
	});

	test("an input of the wrong type", HTTP, async (conversation) => {
		const error = await failure(
			conversation.client.picky.getOrCreate(conversation.key(), { createWithInput: { no: "text" } }).taste(),
		);
		assert.equal(error.group, "user", error.message);
		assert.match(error.message, /expected String/);
	});

	test("a body that cannot be read is malformed", HTTP, async (conversation) => {
		const id = await conversation.actor("counter").resolve();
		const bodies = ["", "{", "\0\0", "\xff\xff\xff\xff", '{"args":5}', '{"args":[["$Nonsense",1]]}', "null", "[]"];
		for (const body of bodies) {
			const response = await conversation.fetch(`/gateway/${id}/action/increment`, {
				method: "POST",
				headers: { "x-rivet-encoding": encoding, "User-Agent": `RivetKit/${version}` },
				body: Uint8Array.from(body, (character) => character.charCodeAt(0)),
			});
			assert.equal(response.status, 400, JSON.stringify(body));
			const error = await response.json();
			same([error.group, error.code], ["message", "malformed"], JSON.stringify(body));
		}
	});

	test("an encoding that nobody knows", HTTP, async (conversation) => {
		const id = await conversation.actor("counter").resolve();
		const response = await conversation.fetch(`/gateway/${id}/action/increment`, {
			method: "POST",
			headers: { "x-rivet-encoding": "xml" },
			body: '{"args":[]}',
		});
		same([response.status, (await response.json()).code], [400, "invalid"]);
	});
}
