import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "@stomp/stompjs";
import { WebSocket } from "ws";

const EVENTS = 10_000;

const TIMEOUT_MS = 10_000;

const [brokerURL, part = ""] = process.argv.slice(2);
if (!brokerURL) {
	console.error("Usage: node stomp.mjs WS_URL [PART_OF_NAME]");
	process.exit(2);
}

/** A client with promises for what it is told. */
class Session {
	#receipts = 0;
	#calls = new Map();

	static async open(connectHeaders = {}) {
		const session = new Session();
		await new Promise((resolve, reject) => {
			session.client = new Client({
				brokerURL,
				connectHeaders,
				webSocketFactory: () => new WebSocket(brokerURL, ["v12.stomp", "v11.stomp", "v10.stomp"]),
				reconnectDelay: 0,
				onConnect: resolve,
				onStompError: (frame) => reject(new Error(frame.headers.message)),
				onWebSocketClose: () => reject(new Error("The socket was closed")),
				onUnhandledMessage: (message) => session.#answered(message),
			});
			session.client.activate();
		});
		return session;
	}

	/** Subscribes, and waits until the subscription has begun or is refused. */
	async subscribe(destination, headers = {}) {
		const receipt = `receipt-${++this.#receipts}`;
		const messages = [];
		const subscription = await new Promise((resolve, reject) => {
			const subscribed = this.client.subscribe(
				destination,
				(message) => (message.headers["error-code"] ? reject(error(message)) : messages.push(JSON.parse(message.body))),
				{ ...headers, receipt },
			);
			this.client.watchForReceipt(receipt, () => resolve(subscribed));
		});
		return { messages, end: () => subscription.unsubscribe() };
	}

	/** Calls an action; the answer comes unsolicited, since nobody has subscribed to it. */
	call(destination, args = [], headers = {}) {
		const id = String(this.#calls.size);
		return new Promise((resolve, reject) => {
			this.#calls.set(id, { resolve, reject });
			this.client.publish({
				destination,
				body: JSON.stringify(args),
				headers: { ...headers, "reply-to": "/reply/calls", "correlation-id": id },
			});
		});
	}

	#answered(message) {
		const call = this.#calls.get(message.headers["correlation-id"]);
		if (message.headers["error-code"]) {
			call.reject(error(message));
		} else {
			call.resolve(JSON.parse(message.body));
		}
	}

	async close() {
		await this.client.deactivate();
	}
}

function error(message) {
	assert.equal(message.headers["error-code"], JSON.parse(message.body).code);
	return Object.assign(new Error(message.body), JSON.parse(message.body));
}

async function until(condition) {
	while (!(await condition())) {
		await delay(10);
	}
}

const CASES = {
	async "a subscriber gets the events of its actor"(session) {
		const here = await session.subscribe("/actor/speaker/here/event/said");
		const there = await session.subscribe("/actor/speaker/there/event/said");
		await session.call("/actor/speaker/there/action/say", ["there"]);
		await session.call("/actor/speaker/here/action/say", ["here", { a: [1, null] }]);
		await until(() => here.messages.length > 0 && there.messages.length > 0);
		assert.deepEqual(here.messages, [["here", { a: [1, null] }]]);
		assert.deepEqual(there.messages, [["there", null]]);
	},

	async "names and keys may hold anything"(session) {
		const part = encodeURIComponent("a/b: Zoë*").replaceAll("*", "%2A");
		assert.deepEqual(await session.call(`/actor/speaker/${part}/event/action/key`), ["a/b: Zoë*", "event"]);
	},

	async "a call that fails says why"(session) {
		await assert.rejects(session.call("/actor/speaker/fail/action/fail"), {
			group: "user",
			code: "teapot",
			message: "I am a teapot",
			metadata: { cups: 2 },
		});
	},

	async "a refused subscription leaves the session alive"(session) {
		await assert.rejects(session.subscribe("/actor/speaker/refused/event/secret"), { group: "auth", code: "forbidden" });
		const said = await session.subscribe("/actor/speaker/refused/event/said");
		await session.call("/actor/speaker/refused/action/say", ["public"]);
		await until(() => said.messages.length > 0);
	},

	async "a pattern is refused and leaks nothing"(session) {
		for (const pattern of ["/actor/speaker/*/event/said", "/actor/speaker/leak/event/*", "/**", "*"]) {
			await assert.rejects(session.subscribe(pattern), { group: "destination", code: "invalid" });
		}
	},

	async "events come in order"(session) {
		const numbers = await session.subscribe("/actor/speaker/order/event/number");
		await session.call("/actor/speaker/order/action/count", [EVENTS]);
		await until(() => numbers.messages.length === EVENTS);
		numbers.messages.forEach(([number], i) => assert.equal(number, i));
	},

	async "parameters are those of the first frame"(session) {
		const params = JSON.stringify({ user: "bob" });
		const who = "/actor/speaker/params/action/who";
		assert.deepEqual(await session.call("/actor/speaker/connect-params/action/who"), { user: "ann" });
		assert.deepEqual(await session.call(who, [], { params }), { user: "bob" });
		assert.deepEqual(await session.call(who), { user: "bob" });
		await assert.rejects(session.call(who, [], { params: "{}" }), { group: "params", code: "conflict" });
	},

	async "the last unsubscription disconnects"(session) {
		const other = await Session.open();
		const first = await session.subscribe("/actor/speaker/leave/event/said");
		const second = await session.subscribe("/actor/speaker/leave/event/said");
		const left = await other.subscribe("/actor/speaker/leave/event/left");
		first.end();
		await session.call("/actor/speaker/leave/action/say", ["still there"]);
		await until(() => second.messages.length > 0);
		assert.deepEqual(left.messages, []);
		second.end();
		await until(() => left.messages.length > 0);
		await other.close();
	},

	async "a session that ends disconnects"(session) {
		const other = await Session.open();
		await other.subscribe("/actor/speaker/end/event/said");
		const left = await session.subscribe("/actor/speaker/end/event/left");
		await other.close();
		await until(() => left.messages.length > 0);
	},
};

for (const [name, run] of Object.entries(CASES).filter(([name]) => name.includes(part))) {
	const started = performance.now();
	let failure;
	try {
		const session = await Session.open({ params: JSON.stringify({ user: "ann" }) });
		const timeout = delay(TIMEOUT_MS, undefined, { ref: false }).then(() => {
			throw new Error(`no answer within ${TIMEOUT_MS} ms`);
		});
		await Promise.race([run(session), timeout]);
		await session.close();
	} catch (thrown) {
		failure = String(thrown.stack ?? thrown);
	}
	console.log(JSON.stringify({ name, ok: failure === undefined, error: failure, ms: Math.round(performance.now() - started) }));
}
process.exit(0);
