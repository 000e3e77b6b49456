import assert from "node:assert/strict";
import { failure, same, until } from "../conversation.mjs";

// Messages go over HTTP whatever the transport of actions is
const HTTP = { over: ["http"] };

export function register(test, { version }) {
	test("messages are handled in order", HTTP, async (conversation) => {
		const tasks = conversation.actor("tasks");
		for (const number of [1, 2, 3]) {
			await tasks.send("numbers", number);
		}
		await until(async () => (await tasks.done()).length === 3);
		same(await tasks.done(), [1, 2, 3]);
	});

	test("a sender that waits gets the reply", HTTP, async (conversation) => {
		const result = await conversation.actor("tasks").send("numbers", 21, { wait: true, timeout: 5_000 });
		same([result.status, result.response], ["completed", 42]);
	});

	test("a sender that waits without a limit gets the reply", HTTP, async (conversation) => {
		same((await conversation.actor("tasks").send("numbers", 2, { wait: true })).response, 4);
	});

	test("a sender waits no longer than it said", HTTP, async (conversation) => {
		const tasks = conversation.actor("tasks");
		same((await tasks.send("later", { a: 1 }, { wait: true, timeout: 30 })).status, "timedOut");
		same(await tasks.received("later"), [{ a: 1 }]);
	});

	test("a message for a queue that nobody declared waits to be received", HTTP, async (conversation) => {
		const tasks = conversation.actor("tasks");
		await tasks.send("undeclared", [1, "zwei", null]);
		same(await tasks.received("undeclared"), [[1, "zwei", null]]);
	});

	test("names of queues with all kinds of characters", HTTP, async (conversation) => {
		const tasks = conversation.actor("tasks");
		const name = "a/b c?d%20ä😀";
		await tasks.send(name, 1);
		same(await tasks.received(name), [1]);
	});

	test("a message of the wrong type", HTTP, async (conversation) => {
		const error = await failure(conversation.actor("tasks").send("numbers", "many"));
		same([error.group, error.code, error.metadata.name], ["queue", "invalid_payload", "numbers"]);
	});

	test("a message that is too large", HTTP, async (conversation) => {
		const tasks = conversation.actor("tasks");
		const error = await failure(tasks.send("later", "x".repeat(70_000)));
		assert(["queue/message_too_large", "message/incoming_too_long"].includes(`${error.group}/${error.code}`), `${error.code}`);
		same(await tasks.received("later"), []);
	});

	test("a sender that may not publish", HTTP, async (conversation) => {
		const error = await failure(conversation.actor("tasks").send("guarded", 1));
		same([error.group, error.code], ["auth", "forbidden"]);
		const allowed = conversation.actor("tasks", { params: { password: "letmein" } });
		await allowed.send("guarded", 1);
		await until(async () => (await allowed.done()).length === 1);
	});

	test("a sender that waits hears of the failure of a listener", HTTP, async (conversation) => {
		const error = await failure(conversation.actor("tasks").send("poison", 1, { wait: true }));
		same([error.group, error.code], ["user", "poisoned"]);
	});

	test("messages wake the actor and survive its sleep", HTTP, async (conversation) => {
		const tasks = conversation.actor("tasks");
		await tasks.send("later", "kept");
		const id = await tasks.resolve();
		await conversation.fetch(`/actors/${id}/sleep`, { method: "POST", body: "{}" });
		same((await tasks.send("numbers", 3, { wait: true })).response, 6);
		same(await tasks.received("later"), ["kept"]);
	});

	test("the name of the queue may be in the body alone", HTTP, async (conversation) => {
		const tasks = conversation.actor("tasks");
		const id = await tasks.resolve();
		const post = (body) => conversation.fetch(`/gateway/${id}/queue`, {
			method: "POST",
			headers: { "x-rivet-encoding": "json", "content-type": "application/json" },
			body: JSON.stringify(body),
		});
		const response = await post({ body: 4, name: "numbers", wait: true });
		same([response.status, await response.json()], [200, { status: "completed", response: 8 }]);
		const refused = await post({ body: 4 });
		same([refused.status, (await refused.json()).message], [400, "Invalid request: missing queue name"]);
	});
}
