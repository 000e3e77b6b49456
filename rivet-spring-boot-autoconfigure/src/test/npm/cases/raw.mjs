import assert from "node:assert/strict";
import { same, until } from "../conversation.mjs";

const HTTP = { over: ["http"] };

export function register(test) {
	test("a raw request reaches the actor as it is", HTTP, async (conversation) => {
		const raw = conversation.actor("raw");
		const posted = await raw.fetch("/some/path?x=1", { method: "POST", body: "hello" });
		assert.equal(posted.status, 202);
		assert.equal(posted.headers.get("x-answered-by"), "actor");
		assert.equal(await posted.text(), "POST /some/path?x=1 hello");
		assert.equal(await (await raw.fetch("other")).text(), "GET /other null");
	});

	test("a raw request to an actor without a handler", HTTP, async (conversation) => {
		const answer = await conversation.actor("counter").fetch("/path");
		assert.equal(answer.status, 404);
		assert.equal((await answer.json()).code, "request_not_defined");
	});

	test("a raw WebSocket", HTTP, async (conversation) => {
		const socket = await conversation.actor("raw").webSocket("chat/room?q=1");
		socket.binaryType = "arraybuffer";
		const heard = [];
		socket.addEventListener("message", ({ data }) =>
			heard.push(typeof data === "string" ? data : [...new Uint8Array(data)]),
		);
		const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
		if (socket.readyState === 0) {
			await new Promise((resolve) => socket.addEventListener("open", resolve));
		}
		socket.send("ü😀");
		socket.send(new Uint8Array([1, 2, 255]));
		await until(() => heard.length >= 2 && Array.isArray(heard.at(-1)));
		// What comes before somebody listens 2.1.5 does not keep
		same(heard.slice(-2), ["heard ü😀", [1, 2, 255]]);
		socket.send("close");
		const { code, reason } = await closed;
		same([code, reason], [4001, "custom reason"]);
	});

	test("a raw WebSocket to an actor without a handler", HTTP, async (conversation) => {
		const socket = await conversation.actor("counter").webSocket("path");
		const { code, reason } = await new Promise((resolve) => socket.addEventListener("close", resolve));
		same([code, reason], [1011, "handler.websocket_not_defined"]);
	});
}
